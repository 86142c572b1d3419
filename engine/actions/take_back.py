"""收回: enter the return of a lent account by hand, whatever has become of the case it was lent through."""

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import NotFound, Stale
from engine.policy import check_house, may_in_house
from engine.text import Text
from engine.units import of_organisation
from engine.work import open_case, save_case
from models import lendings

BACK = Text("此借用已经收回。", "This lending was already taken back.")


def take_back(desk: Desk, lending_id: int) -> None:
    """Who keeps the register of lendings in the borrower's organisation enters that the login was taken back."""
    person, here = desk.person, lendings.c.id == lending_id
    if not may_in_house(person.roles, "see_everything"):
        here &= lendings.c.unit_id.in_(of_organisation(person.unit_id))
    row = desk.conn.execute(sa.select(lendings.c.case_id).where(here)).first()
    if row is None:
        raise NotFound()
    check_house(person.roles, "keep_lendings")
    work = open_case(desk, row.case_id)
    out = (lendings.c.id == lending_id) & lendings.c.returned_at.is_(None)
    if desk.conn.execute(lendings.update().where(out).values(returned_at=desk.now)).rowcount != 1:
        raise Stale(BACK)
    work.note("take_back", lending=lending_id)
    save_case(work)
