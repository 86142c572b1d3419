"""A notice as a mail: plain text and HTML, every text escaped, every header on one line."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from html import escape

from engine.connectors.notifier import Item, Notice

LONGEST_SUBJECT = 150
_POLICY = SMTP.clone(cte_type="7bit")  # a server may know no other
WORDS = {
    "zh": ("打开", "另有 {n} 条,请到签发里查看。", "修改消息设置", "这封邮件由签发自动发出,请勿回复。"),
    "en": ("Open", "{n} more are in Qianfa.", "Change how you are told", "Sent by Qianfa; please do not reply."),
}
_PAGE = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>'
    '<body style="margin:0;padding:24px;font:16px/1.6 sans-serif;color:#1d2733;background:#f6f8fa">'
    '<div style="max-width:600px;margin:0 auto;padding:24px;background:#fff;border-top:4px solid #c3272b">'
    '<h1 style="margin:0 0 16px;font-size:18px">{title}</h1>{items}'
    '<p style="margin:24px 0 0;font-size:13px;color:#56606e">{foot}</p></div></body></html>'
)


def letter(notice: Notice, sender: Address, to: str, key: str, now: datetime) -> EmailMessage:
    """The mail; its Message-ID comes from the key, so that a second one of the same key is recognised."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = Address(addr_spec=to)
    # An encoded word in it would be decoded here, and a line end in that would begin a header of its own.
    mail["Subject"] = one_line(notice.title).replace("=?", "= ?")[:LONGEST_SUBJECT]
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:40]}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_text(notice))
    mail.add_alternative(_html(notice), subtype="html")
    return mail


def one_line(text: str) -> str:
    """The text without line ends, control characters and marks that turn the direction of reading."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _text(notice: Notice) -> str:
    _, more, settings, automatic = _words(notice)
    parts = ["\n".join(filter(None, (one_line(item.text), item.link))) for item in notice.items]
    if notice.more:
        parts.append(more.format(n=notice.more))
    parts.append("-- \n" + automatic + (f"\n{settings}: {notice.settings}" if notice.settings else ""))
    return "\n\n".join(parts) + "\n"


def _html(notice: Notice) -> str:
    _, more, settings, automatic = _words(notice)
    items = "".join(_item(item, notice) for item in notice.items)
    if notice.more:
        items += f"<p>{more.format(n=notice.more)}</p>"
    foot = automatic + (f" {_link(notice.settings, settings)}" if notice.settings else "")
    return _PAGE.format(language=notice.language, title=escape(one_line(notice.title)), items=items, foot=foot)


def _item(item: Item, notice: Notice) -> str:
    opened = f"<br>{_link(item.link, _words(notice)[0])}" if item.link else ""
    return f'<p style="margin:0 0 16px">{escape(one_line(item.text))}{opened}</p>'


def _link(address: str, label: str) -> str:
    return f'<a href="{escape(address)}" style="color:#0b5cad">{label}</a>'


def _words(notice: Notice) -> tuple[str, str, str, str]:
    return WORDS["en" if notice.language == "en" else "zh"]
