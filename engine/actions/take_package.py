"""取归档包: that somebody took the whole file of a case out of the house is on record."""

import sqlalchemy as sa

from engine.actions.comments import said
from engine.actions.guard import check_whole_case
from engine.actions.read import read
from engine.actions.unmask import WHY
from engine.desk import Desk
from engine.errors import NotAllowed, NotFound
from engine.people import AUDITOR
from engine.policy import may_in_house
from engine.scope import check_scope
from engine.text import Text
from engine.trail import Entry, house
from engine.units import line, parents
from engine.work import open_case
from models import account_disposals, disposals

ORIGINAL = Text(
    "归档包里是原文:请在销毁记录写明理由后再取。",
    "The package holds the original: take it from the proof of the disposal, with your reason.",
)


def check_kept(desk: Desk, unit_id: int, procedure_id: int, package: str, reason: str | None) -> None:
    """Of what was disposed of: the original for who answers for it; for an auditor the reason goes on record first."""
    scope = check_scope(desk.conn, desk.person)
    if may_in_house(desk.person.roles, "decide_disposal") or procedure_id in scope.procedures:
        return
    above = line(unit_id, parents(desk.conn))
    if desk.person.units_as(AUDITOR).isdisjoint(above):
        raise NotAllowed()
    if reason is None:
        raise NotAllowed(ORIGINAL)
    read(desk, None, "unmasked", package=package, reason=said(reason, WHY))


def take_package(desk: Desk, case_id: int, sha256: str) -> str:
    """Enter who took which package; the number of the case. Its own trail is not touched, the package ends with it."""
    work = open_case(desk, case_id)
    check_whole_case(work, "archive")
    read(desk, case_id, "downloaded", package=sha256)
    facts = {"case": case_id, "number": work.row.number, "sha256": sha256}
    house(desk.conn, [Entry("take_package", facts=facts, actor_id=desk.person.id)], desk.now)
    return str(work.row.number)


def take_kept_package(desk: Desk, number: str, reason: str | None = None) -> None:
    """Enter who took the package of a case that was disposed of: who may decide that, or an auditor with a reason."""
    row = desk.conn.execute(sa.select(disposals).where(disposals.c.number == number)).first()
    if row is None:
        raise NotFound()
    check_kept(desk, row.unit_id, row.procedure_id, row.number, reason)
    read(desk, None, "downloaded", package=row.number, sha256=row.package_sha256)
    facts = {"case": row.chain, "number": row.number, "sha256": row.package_sha256}
    house(desk.conn, [Entry("take_package", facts=facts, actor_id=desk.person.id)], desk.now)


def take_kept_account(desk: Desk, account_id: int, reason: str | None = None) -> None:
    """The same of an account that was disposed of."""
    mine = account_disposals.c.account_id == account_id
    row = desk.conn.execute(sa.select(account_disposals).where(mine)).first()
    if row is None:
        raise NotFound()
    check_kept(desk, row.unit_id, row.procedure_id, f"account-{account_id}", reason)
    facts = {"account": account_id, "sha256": row.package_sha256}
    house(desk.conn, [Entry("take_package", facts=facts, actor_id=desk.person.id)], desk.now)
