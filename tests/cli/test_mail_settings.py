"""The settings of mail: read from the environment, refused in a sentence that repeats no password."""

import pytest

from web.cli.serve import _mail
from web.config import Config


def config(**told: str) -> Config:
    return Config.from_env({"QIANFA_SECRET": "s", **told})


def test_without_a_server_there_is_no_mail() -> None:
    assert _mail(config()) is None


def test_server_sender_and_address_come_from_the_environment() -> None:
    told = config(
        QIANFA_SMTP="smtps://u:hush@mail.example.com",
        QIANFA_MAIL_FROM="签发 <q@example.com>",
        QIANFA_URL="https://qianfa.example.com/",
    )
    mail = _mail(told)
    assert mail is not None
    assert (mail.host, mail.sender.addr_spec, told.url) == (
        "mail.example.com",
        "q@example.com",
        "https://qianfa.example.com",
    )
    assert "hush" not in repr(told) + repr(mail)


@pytest.mark.parametrize(
    "told",
    [
        {"QIANFA_SMTP": "smtp://u:hush@mail.example.com?tls=off", "QIANFA_MAIL_FROM": "q@example.com"},
        {"QIANFA_SMTP": "smtps://u:hush@mail.example.com"},
        {
            "QIANFA_SMTP": "smtps://u:hush@mail.example.com",
            "QIANFA_MAIL_FROM": "q@example.com",
            "QIANFA_URL": "qianfa.example.com",
        },
    ],
)
def test_a_setting_that_cannot_be_ends_in_a_sentence(told: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _mail(config(**told))
    said = capsys.readouterr().err
    assert "QIANFA_" in said and "hush" not in said
