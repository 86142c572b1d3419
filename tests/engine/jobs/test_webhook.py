"""The webhook: what is sent can be checked, and whatever comes back ends in time and in one kind of error."""

import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from engine.connectors.errors import TransportError
from engine.connectors.webhook import Webhook
from tests.support.receiver import Receiver

NOW = 1_772_452_800


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def hook(receiver, **more):
    return Webhook(receiver.url, b"shared", **{"private": True, "patience": 1, **more})


def failure(receiver, manner, **more):
    receiver.manner = manner
    with pytest.raises(TransportError) as caught:
        hook(receiver, **more).send({"event": "done"}, "key-1", NOW)
    return caught.value


def test_the_receiver_can_check_who_sent_it_and_sees_the_time_and_the_key(receiver):
    hook(receiver).send({"event": "done", "标题": "春季"}, "key-1", NOW)
    (request,) = receiver.requests
    assert request["sound"]
    assert request["request"] == "POST /hook?from=qianfa HTTP/1.1"
    assert request["host"] == receiver.url.split("/")[2]
    assert request["x-qianfa-timestamp"] == str(NOW)
    assert receiver.effects == {"key-1": {"event": "done", "标题": "春季"}}


def test_another_secret_gives_a_signature_the_receiver_refuses(receiver):
    Webhook(receiver.url, b"guessed", private=True).send({"event": "done"}, "key-1", NOW)
    assert [request["sound"] for request in receiver.requests] == [False]


@pytest.mark.parametrize(
    ("manner", "permanent"),
    [
        ("error", False),
        ("busy", False),
        ("refused", True),
        ("gone", True),
        ("elsewhere", True),
        ("hold", False),
        ("drip", False),
        ("truncated", False),
        ("garbage", False),
        ("vast", False),
        ("silent", False),
    ],
)
def test_a_bad_reply_is_one_error_that_says_whether_to_try_again(receiver, manner, permanent):
    began = time.monotonic()
    assert failure(receiver, manner).permanent is permanent
    assert time.monotonic() - began < 20
    assert len(receiver.requests) == 1


def test_how_long_the_receiver_wants_to_be_left_alone_is_kept(receiver):
    assert failure(receiver, "busy").retry_after == 90


def test_nobody_listening_is_worth_another_try(receiver):
    receiver.close()
    assert failure(receiver, "ok").permanent is False


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/hook",
        "https://127.0.0.1:9/hook",
        "https://localhost:9/hook",
        "https://[::1]:9/hook",
        "https://[::ffff:127.0.0.1]:9/hook",
        "https://10.1.2.3/hook",
        "https://192.168.1.1/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://0.0.0.0/hook",
        "https://2130706433/hook",
        "http://93.184.216.34/hook",
        "file:///etc/passwd",
        "ftp://example.com/",
        "//nothing",
        "https://host:port/",
    ],
)
def test_an_address_inside_the_house_or_without_https_is_refused_for_good(url):
    with pytest.raises(TransportError) as caught:
        Webhook(url, b"shared").send({}, "key-1", NOW)
    assert caught.value.permanent


def test_plain_http_leaves_the_machine_under_no_setting():
    with pytest.raises(TransportError, match="https") as caught:
        Webhook("http://10.1.2.3/hook", b"shared", private=True).send({}, "key-1", NOW)
    assert caught.value.permanent


@pytest.mark.parametrize(("name", "trusted"), [("localhost", True), ("localhost", False), ("elsewhere.example", True)])
def test_over_https_the_certificate_must_be_trusted_and_name_the_host(tmp_path, monkeypatch, name, trusted):
    """The connection goes to the address that was checked; the name is still the certificate's."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(self_signed(tmp_path / "server.pem", name))
    client = ssl.create_default_context(cafile=str(tmp_path / "server.pem") if trusted else None)
    monkeypatch.setattr("engine.connectors.webhook.client._trust", lambda: client)
    receiver = Receiver(tls=server)
    hook = Webhook(receiver.url.replace("http://127.0.0.1", "https://localhost"), b"shared", private=True)
    try:
        if trusted and name == "localhost":
            hook.send({"event": "done"}, "key-1", NOW)
            assert receiver.effects == {"key-1": {"event": "done"}}
        else:
            with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
                hook.send({"event": "done"}, "key-1", NOW)
            assert receiver.requests == []
    finally:
        receiver.close()


def self_signed(path: Path, name: str) -> Path:
    """A key and a certificate for that name, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return path


def test_a_proxy_of_the_environment_is_not_used(receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    hook(receiver).send({"event": "done"}, "key-1", NOW)
    assert receiver.keys == ["key-1"]


def test_the_secret_is_not_shown(receiver):
    assert "shared" not in repr(hook(receiver))
