"""取归档包: that somebody took the whole file of a case out of the house is on record."""

import sqlalchemy as sa

from engine.actions.guard import check_whole_case
from engine.actions.read import read
from engine.desk import Desk
from engine.errors import NotFound
from engine.policy import check_house
from engine.trail import Entry, house
from engine.work import open_case
from models import account_disposals, disposals


def take_package(desk: Desk, case_id: int, sha256: str) -> str:
    """Enter who took which package; the number of the case. Its own trail is not touched, the package ends with it."""
    work = open_case(desk, case_id)
    check_whole_case(work, "archive")
    read(desk, case_id, "downloaded", package=sha256)
    facts = {"case": case_id, "number": work.row.number, "sha256": sha256}
    house(desk.conn, [Entry("take_package", facts=facts, actor_id=desk.person.id)], desk.now)
    return str(work.row.number)


def take_kept_package(desk: Desk, number: str) -> None:
    """Enter who took the package of a case that was disposed of."""
    check_house(desk.person.roles, "decide_disposal")
    row = desk.conn.execute(sa.select(disposals).where(disposals.c.number == number)).first()
    if row is None:
        raise NotFound()
    read(desk, None, "downloaded", package=row.number, sha256=row.package_sha256)
    facts = {"case": row.chain, "number": row.number, "sha256": row.package_sha256}
    house(desk.conn, [Entry("take_package", facts=facts, actor_id=desk.person.id)], desk.now)


def take_kept_account(desk: Desk, account_id: int) -> None:
    """Enter who took the package of an account that was disposed of."""
    check_house(desk.person.roles, "decide_disposal")
    mine = account_disposals.c.account_id == account_id
    row = desk.conn.execute(sa.select(account_disposals).where(mine)).first()
    if row is None:
        raise NotFound()
    facts = {"account": account_id, "sha256": row.package_sha256}
    house(desk.conn, [Entry("take_package", facts=facts, actor_id=desk.person.id)], desk.now)
