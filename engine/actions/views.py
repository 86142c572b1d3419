"""保存视图: keep the question of a list under a name, for oneself or a unit; each reader is answered with his own."""

from collections.abc import Mapping
from urllib.parse import urlencode

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import BadInput, Invalid, NotAllowed, NotFound
from engine.finding.address import address, kept, list_wanted
from engine.people import HEAD, Person
from engine.policy import may_in_house
from engine.text import Text
from engine.trail import Entry, house
from engine.units import top_of
from models import views

MOST, LONGEST = 30, 40
SHARED = ("", "unit", "house")  # with nobody, with one's unit and what lies below it, with the whole organisation
NO_NAME = Text("请给视图起一个名称,最多40个字。", "Give the view a name of at most 40 characters.")
TAKEN = Text("您已有名为「{name}」的视图。", "You already have a view called “{name}”.")
NOT_YOURS = Text(
    "共享给本单位由单位负责人办理,共享给全机构由流程负责人或管理员办理。",
    "A view is shared with a unit by its head, and with everybody by a process owner or an administrator.",
)
TOO_MANY = Text("最多保存30个视图,请先删除不用的。", "At most 30 views can be kept; delete one you do not need.")


def sharing(person: Person) -> tuple[str, ...]:
    """With whom this person may share a view: it stands in the side column of everybody it is shared with."""
    everybody = may_in_house(person.roles, "share_views")
    unit = everybody or (HEAD, person.unit_id) in person.posts
    return tuple(one for one, may in zip(SHARED, (True, unit, everybody), strict=True) if may)


def keep_view(desk: Desk, box: str, name: str, query: Mapping[str, str], shared: str = "") -> int:
    """Keep a list's question; the number of the view.

    Raises BadInput where the list would refuse it, NotAllowed, Invalid.
    """
    query, name = kept(address(query)), name.strip()
    list_wanted(desk.conn, box, query, desk.now)
    if shared not in SHARED:
        raise BadInput()
    if shared not in sharing(desk.person):
        raise NotAllowed(NOT_YOURS)
    if not 0 < len(name) <= LONGEST:
        raise Invalid({"name": [NO_NAME]})
    person = desk.person
    names = set(desk.conn.execute(sa.select(views.c.name).where(views.c.owner_id == person.id)).scalars())
    if name in names or len(names) >= MOST:
        raise Invalid({"name": [TAKEN.fill(name=name) if name in names else TOO_MANY]})
    unit = {"": None, "unit": person.unit_id}[shared] if shared != "house" else top_of(desk.conn, person.unit_id)
    row = {"owner_id": person.id, "name": name, "box": box, "query": urlencode(query), "unit_id": unit}
    view_id: int = desk.conn.execute(views.insert().returning(views.c.id), row | {"made_at": desk.now}).scalar_one()
    _note(desk, "keep_view", {"view": view_id, "name": name, "box": box, "query": urlencode(query), "unit": unit})
    return view_id


def drop_view(desk: Desk, view_id: int) -> None:
    """Delete a view of one's own; NotFound for another's."""
    mine = (views.c.id == view_id) & (views.c.owner_id == desk.person.id)
    columns = views.c["name", "box", "query", "unit_id"]
    row = desk.conn.execute(views.delete().where(mine).returning(*columns)).first()
    if row is None:
        raise NotFound()
    _note(desk, "drop_view", {"view": view_id, "before": dict(zip(("name", "box", "query", "unit"), row, strict=True))})


def _note(desk: Desk, verb: str, facts: dict[str, object]) -> None:
    house(desk.conn, [Entry(verb, facts=facts, actor_id=desk.person.id)], desk.now)
