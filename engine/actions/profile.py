"""我的资料: how one is reached and in which language; name, unit and posts are the administrator's to change."""

from typing import Any

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import Invalid
from engine.staff.columns import EMAIL, PHONE
from engine.staff.moving import new_addresses
from engine.text import Text
from engine.trail import Entry, house
from models import people

LANGUAGES = ("zh", "en")
BAD_PHONE = Text(
    "电话只能有数字、空格和 + - ( ),3 至 40 位。", "A telephone number has 3 to 40 digits, blanks or + - ( )."
)
BAD_EMAIL = Text("这不是电子邮箱地址。", "This is not an e-mail address.")
BAD_LANGUAGE = Text("请选择语言。", "Choose a language.")


def set_profile(desk: Desk, phone: str, email: str, language: str) -> None:
    """Change one's own telephone number, e-mail address and language; Invalid by field."""
    phone, email = phone.strip(), email.strip()
    wrong: dict[str, list[Text]] = {}
    if phone and not PHONE.fullmatch(phone):
        wrong["phone"] = [BAD_PHONE]
    if email and not EMAIL.fullmatch(email):
        wrong["email"] = [BAD_EMAIL]
    if language not in LANGUAGES:
        wrong["language"] = [BAD_LANGUAGE]
    if wrong:
        raise Invalid(wrong)
    _change(desk, {"phone": phone or None, "email": email or None, "language": language})


def set_language(desk: Desk, language: str) -> None:
    """Change one's own language."""
    if language not in LANGUAGES:
        raise Invalid({"language": [BAD_LANGUAGE]})
    _change(desk, {"language": language})


def _change(desk: Desk, wanted: dict[str, Any]) -> None:
    """Write what is different, with before and after in the trail; nothing when nothing is."""
    me = people.c.id == desk.person.id
    row = desk.conn.execute(sa.select(*(people.c[name] for name in wanted)).where(me)).one()._mapping
    before = {name: row[name] for name, value in wanted.items() if row[name] != value}
    if not before:
        return
    after = {name: wanted[name] for name in before}
    desk.conn.execute(people.update().where(me).values(after))
    if "email" in after:
        new_addresses(desk.conn, [desk.person.id])
    entry = Entry("change_profile", facts={"before": before, "after": after}, actor_id=desk.person.id)
    house(desk.conn, [entry], desk.now)
