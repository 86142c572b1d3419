"""One mail over SMTP: what arrives, whose fault a refusal is, and that nothing makes it speak out of turn."""

import socket
import ssl
import threading
import time
from datetime import UTC, datetime

import lxml.html
import pytest

from engine.connectors.errors import TransportError
from engine.connectors.mail import Mail
from engine.connectors.mail.client import is_address
from engine.connectors.notifier import Item, Notice, Outcome
from engine.errors import BadInput
from tests.engine.jobs.test_webhook import self_signed
from tests.support.mailbox import Mailbox

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
FROM = "签发 <qianfa@example.com>"
TO = "lin.xia@example.com"
LINK = "https://qianfa.example.com/messages/7"
NOTICE = Notice(
    "zh", "【签发】请办理「部门审核」", (Item("请办理「部门审核」:春季公告", LINK),), 0, "https://q.example/s"
)
NAUGHTY = [
    "<script>alert(1)</script>",
    "\r\nBcc: everybody@example.com\r\n\r\nanother body",
    "\r\n.\r\nMAIL FROM:<evil@example.com>\r\n",
    "=?utf-8?q?=0d=0aBcc:_everybody@example.com?=",
    "{0.__class__} %s ${7*7} {{7*7}}",
    '"><img src=x onerror=alert(1)>',
    "\u202egnp.exe\u0000\u0007\x1b[31m",
    "😀 字" * 2000,
    ".",
    "",
    "\ud800 half a pair",
]


def mail(mailbox, **more):
    made = Mail.at(mailbox.url, FROM)
    return Mail(**{name: getattr(made, name) for name in ("host", "port", "tls", "sender")}, **{"patience": 10, **more})


def bodies(letter):
    text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return text, lxml.html.fromstring(html)


def test_what_arrives_says_who_what_and_where_in_text_and_in_html(mailbox):
    assert mail(mailbox).send(NOTICE, TO, "mail:7", NOW).outcome is Outcome.DONE
    (letter,) = mailbox.letters
    assert (letter["From"], letter["To"], letter["Subject"]) == (FROM, TO, "【签发】请办理「部门审核」")
    assert (letter["X-Receivers"], letter["Auto-Submitted"]) == (TO, "auto-generated")
    assert letter["Date"].datetime == NOW
    text, html = bodies(letter)
    assert "请办理「部门审核」:春季公告" in text and LINK in text
    assert [link.get("href") for link in html.cssselect("a")] == [LINK, "https://q.example/s"]
    assert html.getroottree().getroot().get("lang") == "zh"


def test_the_same_key_has_the_same_message_id_and_another_key_another(mailbox):
    for key in ("mail:7", "mail:7", "mail:8"):
        mail(mailbox).send(NOTICE, TO, key, NOW)
    first, again, other = mailbox.ids
    assert first == again != other
    assert first.endswith("@example.com>")


@pytest.mark.parametrize(
    ("manner", "outcome"),
    [
        ("unknown", Outcome.REFUSED),
        ("bare refusal", Outcome.REFUSED),
        ("full", Outcome.BUSY),
        ("full for good", Outcome.REFUSED),
        ("full at last", Outcome.REFUSED),
    ],
)
def test_what_the_mailbox_of_one_person_refuses_is_no_fault_of_the_server(mailbox, manner, outcome):
    mailbox.manner = manner
    result = mail(mailbox).send(NOTICE, TO, "mail:7", NOW)
    assert (result.outcome, mailbox.letters) == (outcome, [])
    assert result.said[0] in "45"


@pytest.mark.parametrize(
    ("manner", "permanent"),
    [
        ("come again", False),
        ("no relay", True),
        ("sender unknown", True),
        ("busy", False),
        ("spam", True),
        ("disk full", False),
    ],
)
def test_any_other_refusal_is_an_error_that_says_whether_to_try_again(mailbox, manner, permanent):
    mailbox.manner = manner
    with pytest.raises(TransportError) as caught:
        mail(mailbox).send(NOTICE, TO, "mail:7", NOW)
    assert caught.value.permanent is permanent
    assert mailbox.letters == []


@pytest.mark.parametrize("manner", ["breaks off", "keeps silent"])
def test_a_server_that_never_says_whether_it_took_it_is_asked_again(mailbox, manner):
    mailbox.manner = manner
    began = time.monotonic()
    with pytest.raises(TransportError) as caught:
        mail(mailbox, patience=1).send(NOTICE, TO, "mail:7", NOW)
    assert not caught.value.permanent
    assert time.monotonic() - began < 20
    assert len(mailbox.letters) == 1


@pytest.mark.parametrize("said", [b"2", bytes(range(256)), b"220 hello\r\n250 x\r\n" + b"\x00" * 10_000, b"", b"\r\n"])
def test_a_server_that_drips_or_babbles_is_left_in_time(said):
    began = time.monotonic()
    with babbling(said) as port, pytest.raises(TransportError) as caught:
        Mail("127.0.0.1", port, "off", Mail.at("smtp://h", FROM).sender, patience=1).send(NOTICE, TO, "mail:7", NOW)
    assert not caught.value.permanent
    assert time.monotonic() - began < 20


class babbling:
    """A listener that says the same now and then and hears nothing."""

    def __init__(self, said):
        self.said, self.over = said, threading.Event()

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._talk, daemon=True).start()
        return self.listener.getsockname()[1]

    def _talk(self):
        client, _ = self.listener.accept()
        with client:
            try:
                while not self.over.wait(0.05):
                    client.sendall(self.said)
            except OSError:
                pass

    def __exit__(self, *_):
        self.over.set()
        self.listener.close()


def test_nobody_listening_is_worth_another_try(mailbox):
    mailbox.close()
    with pytest.raises(TransportError) as caught:
        mail(mailbox).send(NOTICE, TO, "mail:7", NOW)
    assert not caught.value.permanent


@pytest.mark.parametrize("naughty", NAUGHTY)
def test_no_text_becomes_a_header_a_command_or_markup(mailbox, naughty):
    notice = Notice("en", f"title {naughty}", (Item(naughty, LINK), Item(f"x{naughty}")), 3, None)
    assert mail(mailbox).send(notice, TO, "mail:7", NOW).outcome is Outcome.DONE
    (letter,) = mailbox.letters
    assert {"Bcc", "Cc"}.isdisjoint(letter.keys())
    assert (letter["To"], letter["X-Receivers"], len(letter.get_all("Subject"))) == (TO, TO, 1)
    _, html = bodies(letter)
    assert list(html.iter("script", "img", "iframe")) == []
    assert not [name for part in html.iter() for name in part.attrib if name.startswith("on")]
    assert mailbox.heard == ["MAIL", "RCPT", "DATA"]


@pytest.mark.parametrize(
    "to",
    [
        "",
        "x",
        "a@b\r\nBcc: c@d",
        "a@b>\r\nDATA",
        "<a@b>",
        "A <a@b>",
        "a@b,c@d",
        "a b@c",
        "a@b c",
        "字@例",
        "a@" + "b" * 300,
    ],
)
def test_what_is_no_plain_address_is_never_sent_to(mailbox, to):
    assert not is_address(to)
    assert mail(mailbox).send(NOTICE, to, "mail:7", NOW).outcome is Outcome.REFUSED
    assert mailbox.heard == []


def test_signed_in_where_the_server_asks_for_it():
    box = Mailbox(password="open sesame")
    try:
        assert mail(box, user="qianfa", password="open sesame").send(NOTICE, TO, "k", NOW).outcome is Outcome.DONE
        with pytest.raises(TransportError) as caught:
            mail(box, user="qianfa", password="guessed words").send(NOTICE, TO, "k", NOW)
        assert caught.value.permanent
        assert "guessed" not in repr(caught.value) + repr(mail(box, user="qianfa", password="guessed words"))
        assert len(box.letters) == 1
    finally:
        box.close()


@pytest.fixture
def certificate(tmp_path):
    def make(name):
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(self_signed(tmp_path / f"{name}.pem", name))
        return server, ssl.create_default_context(cafile=str(tmp_path / f"{name}.pem"))

    return make


@pytest.mark.parametrize("way", ["tls", "starttls"])
@pytest.mark.parametrize(("name", "trusted"), [("localhost", True), ("localhost", False), ("elsewhere.example", True)])
def test_the_certificate_must_be_trusted_and_name_the_host(certificate, monkeypatch, way, name, trusted):
    server, client = certificate(name)
    monkeypatch.setattr(
        "engine.connectors.mail.client._trust", lambda: client if trusted else ssl.create_default_context()
    )
    box = Mailbox(**{way: server}, password="open sesame")
    scheme = {"tls": "smtps", "starttls": "smtp"}[way]
    sender = Mail.at(f"{scheme}://qianfa:open%20sesame@localhost:{box.port}", FROM)
    try:
        if trusted and name == "localhost":
            assert sender.send(NOTICE, TO, "k", NOW).outcome is Outcome.DONE
        else:
            with pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"):
                sender.send(NOTICE, TO, "k", NOW)
            assert (box.letters, box.passwords) == ([], [])
    finally:
        box.close()


def test_a_server_that_does_not_encrypt_learns_nothing():
    """Somebody in between may have taken the offer out of the greeting."""
    box = Mailbox(password="open sesame")
    try:
        with pytest.raises(TransportError, match="STARTTLS"):
            Mail.at(f"smtp://qianfa:open%20sesame@127.0.0.1:{box.port}", FROM).send(NOTICE, TO, "k", NOW)
        assert (box.letters, box.passwords) == ([], [])
    finally:
        box.close()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("smtps://mail.example.com", ("mail.example.com", 465, "from the start", None)),
        ("smtps://u:p%40ss@mail.example.com:4650/", ("mail.example.com", 4650, "from the start", "p@ss")),
        ("smtp://u:p@mail.example.com", ("mail.example.com", 587, "asked for", "p")),
        ("smtp://relay.house:25?tls=off", ("relay.house", 25, "off", None)),
        ("smtp://u:p@127.0.0.1:25?tls=off", ("127.0.0.1", 25, "off", "p")),
    ],
)
def test_the_setting_says_where_and_how(url, told):
    made = Mail.at(url, FROM)
    assert (made.host, made.port, made.tls, made.password) == told
    assert (made.sender.display_name, made.sender.addr_spec) == ("签发", "qianfa@example.com")


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://mail.example.com", FROM),
        ("mail.example.com:25", FROM),
        ("smtp://", FROM),
        ("smtp://host:port", FROM),
        ("smtp://host/path", FROM),
        ("smtp://u:topsecret@mail.example.com:25?tls=off", FROM),
        ("smtps://mail.example.com?tls=off", FROM),
        ("smtp://mail.example.com?tls=no", FROM),
        ("smtps://mail.example.com", ""),
        ("smtps://mail.example.com", "nobody"),
        ("smtps://mail.example.com", "a@b\r\nBcc: c@d"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_without_repeating_it(url, sender):
    with pytest.raises(BadInput) as caught:
        Mail.at(url, sender)
    assert "topsecret" not in str(caught.value)
