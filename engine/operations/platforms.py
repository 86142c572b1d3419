"""Official accounts and platforms: they belong to a unit for good, and work only once they are certified.

A channel one publishes on is an official account from the day it comes into the house.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.errors import Conflict
from engine.operations import terms
from engine.operations.accounts import KIND, close
from engine.operations.lookups import NAME, PURPOSE, find_person, find_unit, words
from engine.text import Text
from engine.units import top_of
from engine.work import Work
from models import account_disposals, account_terms, accounts, channels

FILING = Text("备案号", "The filing number")
CERTIFICATE = Text("认证编号", "The number of the certificate")
PROFILE = Text("简介资料", "The profile")
APP = "app"
TAKEN = Text("「{name}」已经登记过。", "“{name}” is already in the register.")
NOT_CERTIFIED = Text(
    "「{name}」尚未认证,认证后方能运营(S4-05 第六条)。",
    "“{name}” is not certified yet; only what is certified is put into operation (S4-05 Art. 6).",
)
SUSPENDED = Text("「{name}」已暂停,请先恢复。", "“{name}” is suspended; restore it first.")
HAS_APP = Text(
    "{unit}已有企业应用「{name}」,每个部门、团队或项目只能创建一个(S2-20 1)。",
    "{unit} already has the app “{name}”; one for a department, team or project (S2-20 1).",
)


def register_platform(
    work: Work,
    name: str,
    kind: str,
    unit: str,
    administrator: str,
    purpose: str = "",
    filing: str = "",
    operator: str = "",
) -> dict[str, Any]:
    """Enter an official account that was opened; it does not operate yet."""
    facts = {
        "kind": words(kind, KIND, 40),
        "administrator_id": find_person(work, administrator).id,
        "operator_id": find_person(work, operator).id if operator else None,
        "purpose": words(purpose, PURPOSE, 2000, needed=False),
        "filing": words(filing, FILING, 40, needed=False),
    }
    return _enter(work, name, unit, state="registered", **facts)


def _enter(work: Work, name: str, unit: str, **facts: Any) -> dict[str, Any]:
    called = words(name, NAME, 100)
    same = (accounts.c.name == called) & (accounts.c.kind == facts["kind"]) & (accounts.c.state != "closed")
    if work.desk.conn.execute(sa.select(accounts.c.id).where(same, terms.ours(work))).first():
        raise Conflict(TAKEN.fill(name=called))
    owner = find_unit(work, unit)
    number = terms.enter(work, official=True, name=called, unit_id=owner.id, **facts)
    work.note("register_platform", account=called, kind=facts["kind"], unit=owner.code)
    return {"number": number, "name": called}


def certify_platform(work: Work, platform: int | str, certificate: str) -> dict[str, Any]:
    """Enter that the platform was certified, with the number of the certificate."""
    row = terms.take(work, platform, official=True)
    number = words(certificate, CERTIFICATE, 200)
    terms.turn(work, row, certificate=number)
    work.note("certify_platform", account=row.name, certificate=number)
    return {"number": row.id, "certificate": number}


def operate_platform(work: Work, platform: int | str) -> dict[str, Any]:
    """Put a platform into operation. C-A6: refused until it is certified."""
    row = terms.take(work, platform, official=True)
    if not row.certificate:
        raise Conflict(NOT_CERTIFIED.fill(name=row.name))
    if row.state == "suspended":
        raise Conflict(SUSPENDED.fill(name=row.name))
    terms.turn(work, row, state="active")
    work.note("operate_platform", account=row.name)
    return {"number": row.id, "state": "active"}


def change_platform(
    work: Work,
    platform: int | str,
    name: str = "",
    administrator: str = "",
    operator: str = "",
    profile: str = "",
    filing: str = "",
    purpose: str = "",
) -> dict[str, Any]:
    """Begin a new term of a platform; only what is given changes. Its unit cannot (C-A5)."""
    row = terms.take(work, platform, official=True)
    given = {
        "name": words(name, NAME, 100, needed=False),
        "administrator_id": find_person(work, administrator).id if administrator else None,
        "operator_id": find_person(work, operator).id if operator else None,
        "profile": words(profile, PROFILE, 2000, needed=False),
        "filing": words(filing, FILING, 40, needed=False),
        "purpose": words(purpose, PURPOSE, 2000, needed=False),
    }
    changes = {key: value for key, value in given.items() if value}
    same = (accounts.c.name == changes.get("name")) & (accounts.c.kind == row.kind) & (accounts.c.state != "closed")
    other = sa.select(accounts.c.id).where(same, accounts.c.id != row.id, terms.ours(work))
    if name and work.desk.conn.execute(other).first():
        raise Conflict(TAKEN.fill(name=changes["name"]))
    terms.turn(work, row, **changes)
    told: dict[str, Any] = {
        "name": name,
        "administrator": administrator,
        "operator": operator,
        "profile": profile,
        "filing": filing,
    }
    work.note("change_platform", account=row.name, **{key: value for key, value in told.items() if value})
    return {"number": row.id, "name": changes.get("name", row.name)}


def close_platform(work: Work, platform: int | str, backup: str, reason: str) -> dict[str, Any]:
    """End a platform for good; its data were backed up before (S2-14 1.3)."""
    row = terms.take(work, platform, official=True, closed=True)
    return close(work, row, reason, words(backup, Text("备份编号", "The reference of the backup"), 200))


def register_app(work: Work, name: str, unit: str, purpose: str = "") -> dict[str, Any]:
    """Enter an app of the company's WeCom. C-A2: a unit has one."""
    owner = find_unit(work, unit)
    theirs = (accounts.c.unit_id == owner.id) & (accounts.c.kind == APP) & (accounts.c.state != "closed")
    other = work.desk.conn.execute(sa.select(accounts.c.name).where(theirs)).scalar()
    if other:
        raise Conflict(HAS_APP.fill(unit=owner.name, name=other))
    return _enter(work, name, unit, kind=APP, state="active", purpose=words(purpose, PURPOSE, 2000, needed=False))


def unregister_app(work: Work, app: int | str, reason: str = "") -> dict[str, Any]:
    """Enter that an app was taken away."""
    return close(work, terms.take(work, app, official=True, closed=True), reason or "卸载", "")


def enter_channels(conn: sa.Connection, now: datetime) -> None:
    """Every channel that is not, and never was, in the register of official accounts is entered, in operation."""
    known = [~sa.exists().where(table.c.channel_id == channels.c.id) for table in (accounts, account_disposals)]
    for channel in conn.execute(sa.select(channels).where(*known).order_by(channels.c.id)).all():
        facts = {"name": channel.name, "state": "active", "unit_id": channel.unit_id, "rights": []}
        row = facts | {"official": True, "kind": channel.kind, "channel_id": channel.id}
        row |= {"organisation_id": top_of(conn, channel.unit_id), "opened_at": now, "confirmed_at": now}
        number = conn.execute(accounts.insert().returning(accounts.c.id), row).scalar_one()
        conn.execute(account_terms.insert(), {**facts, "account_id": number, "since": now})
