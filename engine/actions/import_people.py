"""导入人员与单位: a whole table or nothing of it, each change on record with before and after."""

from typing import IO, Any

import sqlalchemy as sa

from engine.actions.posts import no_holder
from engine.actions.sign_in import unusable_password
from engine.desk import Desk, Office
from engine.errors import Conflict, QianfaError
from engine.people import Person, held
from engine.policy import check_house
from engine.sheets import Sheets, read_sheets
from engine.sheets.read import MAX_BYTES
from engine.staff.moving import new_addresses
from engine.staff.plan import Plan, make_plan
from engine.text import Text
from engine.trail import Entry, house
from engine.trail.chain import take_turn
from models import people, posts, units


class Blocked(QianfaError):
    code = "table_blocked"
    status = 422
    message = Text("表格有错误,没有导入任何内容。", "There are errors in the table; nothing was imported.")


NOTHING = Text("表格与现有资料相同,没有需要导入的内容。", "The table says what is there already; nothing to import.")


def keep_table(office: Office, person: Person, stream: IO[bytes]) -> tuple[str, Sheets]:
    """Store an uploaded table for the while until it is applied; its SHA-256 and its cells. No transaction."""
    check_house(person.roles, "manage_people")
    facts = office.blobs.put(stream, MAX_BYTES)
    return facts.sha256, read_sheets(office.blobs.path(facts.sha256))


def table_of(office: Office, person: Person, sha256: str) -> Sheets:
    """The cells of a table that was kept; NotFound when it no longer is."""
    check_house(person.roles, "manage_people")
    return read_sheets(office.blobs.path(sha256))


def import_people(desk: Desk, sheets: Sheets) -> dict[str, int]:
    """Apply a table: all of it in this transaction, or nothing; how many of each kind."""
    check_house(desk.person.roles, "manage_people")
    take_turn(desk.conn, "house")
    plan = make_plan(desk.conn, sheets, desk.person, desk.now)
    if plan.blocked:
        raise Blocked()
    if not plan.changes:
        raise Conflict(NOTHING)
    entries = [*_units(desk, plan), *_people(desk, plan), *_posts(desk, plan)]
    counts = {name: len(getattr(plan, name)) for name in ("units", "people", "given", "ended")}
    entries.append(Entry("import_people", facts=counts, actor_id=desk.person.id))
    house(desk.conn, entries, desk.now)
    counts["vacant"] = no_holder(desk, {role for _, (role, _) in plan.ended}) if plan.ended else 0
    return counts


def _ids(desk: Desk, table: Any, key: Any) -> dict[str, int]:
    return dict(desk.conn.execute(sa.select(key, table.c.id)).all())


def _units(desk: Desk, plan: Plan) -> list[Entry]:
    """New ones first without what stands above them, then everything about all."""
    fresh = [{"code": one.key, "name": one.after["name"], "aliases": []} for one in plan.units if not one.before]
    if fresh:
        desk.conn.execute(units.insert(), fresh)
    ids = _ids(desk, units, units.c.code)
    for one in plan.units:
        row = {**one.after, "parent_id": ids.get(one.after["parent"])}
        row.pop("parent")
        desk.conn.execute(units.update().where(units.c.code == one.key).values(row))
    return [_changed(desk, "unit", one.key, one.before, one.after) for one in plan.units]


def _people(desk: Desk, plan: Plan) -> list[Entry]:
    ids = _ids(desk, units, units.c.code)
    for one in plan.people:
        row = {**one.after, "unit_id": ids[one.after["unit"]]}
        row |= {name: row[name] or None for name in ("phone", "email")}
        row.pop("unit")
        if one.before:
            desk.conn.execute(people.update().where(people.c.login == one.key).values(row))
        else:
            desk.conn.execute(people.insert(), {**row, "login": one.key, "password_hash": unusable_password()})
    moved = [one.key for one in plan.people if one.before.get("email", "") != one.after["email"]]
    person_ids = _ids(desk, people, people.c.login)
    new_addresses(desk.conn, [person_ids[login] for login in moved])
    return [_changed(desk, "person", one.key, one.before, one.after) for one in plan.people]


def _posts(desk: Desk, plan: Plan) -> list[Entry]:
    person_ids, unit_ids = _ids(desk, people, people.c.login), _ids(desk, units, units.c.code)
    for login, (role, unit) in plan.ended:
        same = (posts.c.person_id == person_ids[login]) & (posts.c.role_id == role)
        here = same & (posts.c.unit_id == unit_ids[unit]) & held(posts, desk.now)
        desk.conn.execute(posts.update().where(here).values(until=desk.now))
    given = [
        {"person_id": person_ids[login], "role_id": role, "unit_id": unit_ids[unit], "since": desk.now}
        for login, (role, unit) in plan.given
    ]
    if given:
        desk.conn.execute(posts.insert(), given)
    return [
        Entry(verb, facts={"person": person_ids[login], "login": login, "role": role, "unit": unit,
                           side: desk.now.isoformat()}, actor_id=desk.person.id)
        for verb, side, those in (("end_post", "until", plan.ended), ("give_post", "since", plan.given))
        for login, (role, unit) in those
    ]  # fmt: skip


def _changed(desk: Desk, what: str, key: str, before: dict[str, Any], after: dict[str, Any]) -> Entry:
    different = {name: value for name, value in after.items() if before.get(name) != value}
    facts = {"key": key, "before": {name: before[name] for name in different if name in before}, "after": different}
    return Entry(f"change_{what}" if before else f"add_{what}", facts=facts, actor_id=desk.person.id)
