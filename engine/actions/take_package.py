"""取归档包: that somebody took the whole file of a case out of the house is on record."""

from engine.actions.guard import check_whole_case
from engine.desk import Desk
from engine.trail import Entry, house
from engine.work import open_case


def take_package(desk: Desk, case_id: int, sha256: str) -> str:
    """Enter who took which package; the number of the case. Its own trail is not touched, the package ends with it."""
    work = open_case(desk, case_id)
    check_whole_case(work, "archive")
    facts = {"case": case_id, "number": work.row.number, "sha256": sha256}
    house(desk.conn, [Entry("take_package", facts=facts, actor_id=desk.person.id)], desk.now)
    return str(work.row.number)
