"""The administrator's view of the house: people, one person, the tree of units, roles with their holders, the table."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person, held
from engine.policy import check_house
from engine.procedures.assignment import HEAD
from engine.staff.columns import PEOPLE, TITLES, UNITS
from engine.staff.moving import theirs
from engine.text import Text
from models import people, posts, procedures, roles, stand_ins, tasks, tokens, trail, units
from models import sessions as sessions_table

PER_PAGE = 50
SHOWS = ("working", "disabled", "idle")
RIGHT = "manage_people"


@dataclass(frozen=True)
class Sought:
    """What the list of people is narrowed to; `show` is one of SHOWS."""

    page: int = 1
    search: str = ""
    unit: str = ""
    show: str = ""


def people_list(conn: sa.Connection, person: Person, sought: Sought, now: datetime) -> dict[str, Any]:
    """One page of people with the posts they hold now. Two statements."""
    check_house(person.roles, RIGHT)
    holds = sa.exists().where(posts.c.person_id == people.c.id, held(posts, now))
    conditions: list[Any] = [sa.true()]
    if sought.search:
        found = (people.c.name, people.c.login, people.c.staff_no)
        conditions.append(sa.or_(*(column.contains(sought.search, autoescape=True) for column in found)))
    if sought.unit:
        conditions.append(units.c.code == sought.unit)
    if sought.show in SHOWS:
        conditions.append(
            (people.c.disabled_at.is_not(None)) if sought.show == "disabled" else people.c.disabled_at.is_(None)
        )
    if sought.show == "idle":
        conditions.append(~holds)
    rows = conn.execute(
        sa.select(people.c.id, people.c.login, people.c.name, people.c.staff_no, people.c.disabled_at)
        .add_columns(units.c.name.label("unit"))
        .join(units, units.c.id == people.c.unit_id)
        .where(*conditions)
        .order_by(people.c.id)
        .limit(PER_PAGE + 1)
        .offset((sought.page - 1) * PER_PAGE)
    ).all()
    held_by = _posts_of(conn, [row.id for row in rows], now)
    items = [{**row._mapping, "posts": held_by.get(row.id, [])} for row in rows[:PER_PAGE]]
    return {"items": items, "page": sought.page, "more": len(rows) > PER_PAGE}


def _posts_of(conn: sa.Connection, who: list[int], now: datetime) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in conn.execute(_posts().where(posts.c.person_id.in_(who), held(posts, now)).order_by(posts.c.id)):
        found.setdefault(row.person_id, []).append(_post(row))
    return found


def _posts() -> Any:
    return (
        sa.select(posts, roles.c.zh, roles.c.en, units.c.name.label("unit"), units.c.code)
        .join(roles, roles.c.id == posts.c.role_id)
        .join(units, units.c.id == posts.c.unit_id)
    )


def _post(row: Any) -> dict[str, Any]:
    return {**row._mapping, "role": Text(row.zh, row.en)}


def one_person(conn: sa.Connection, person: Person, person_id: int, now: datetime) -> dict[str, Any]:
    """Everything the house knows of a person: posts past and present, stand-ins, what is open, what was changed."""
    check_house(person.roles, RIGHT)
    row = conn.execute(
        sa.select(people, units.c.name.label("unit"))
        .join(units, units.c.id == people.c.unit_id)
        .where(people.c.id == person_id)
    ).first()
    if row is None:
        raise NotFound()
    held_ever = conn.execute(_posts().where(posts.c.person_id == person_id).order_by(posts.c.since.desc())).all()
    return {
        **{name: value for name, value in row._mapping.items() if name not in ("password_hash", "reset_digest")},
        "posts": [{**_post(one), "now": one.until is None or one.until > now} for one in held_ever],
        "rules": stand_in_rules(conn, person_id, now),
        "open": conn.execute(sa.select(sa.func.count()).select_from(tasks).where(theirs(person_id))).scalar_one(),
        "sessions": _count(conn, sessions_table, person_id, sessions_table.c.ended_at.is_(None)),
        "tokens": _count(conn, tokens, person_id, tokens.c.revoked_at.is_(None)),
        "changes": _changes(conn, row),
    }


def _count(conn: sa.Connection, table: Any, person_id: int, live: Any) -> int:
    found: int = conn.execute(
        sa.select(sa.func.count()).select_from(table).where(table.c.person_id == person_id, live)
    ).scalar_one()
    return found


CHANGES = (
    "disable_person", "enable_person", "give_post", "end_post", "make_reset_link", "reset_password", "change_password",
    "appoint_stand_in", "end_stand_in", "change_person", "add_person", "change_profile", "create_token",
)  # fmt: skip


def _changes(conn: sa.Connection, row: Any, most: int = 50) -> list[dict[str, Any]]:
    """What the house has on record about a person, the newest first."""
    about = sa.or_(
        trail.c.facts.contains(f'"person":{row.id},', autoescape=True),
        trail.c.facts.contains(f'"person":{row.id}}}', autoescape=True),
        trail.c.facts.contains(f'"login":"{row.login}"', autoescape=True),
        trail.c.facts.contains(f'"key":"{row.login}"', autoescape=True),
        trail.c.actor_id == row.id,
    )
    rows = conn.execute(
        sa.select(trail.c.at, trail.c.verb, trail.c.facts, people.c.name.label("actor"))
        .outerjoin(people, people.c.id == trail.c.actor_id)
        .where(trail.c.chain == 0, trail.c.verb.in_(CHANGES), about)
        .order_by(trail.c.seq.desc())
        .limit(most)
    )
    return [{"at": one.at, "verb": one.verb, "actor": one.actor, "facts": orjson.loads(one.facts)} for one in rows]


def stand_in_rules(conn: sa.Connection, person_id: int, now: datetime) -> list[dict[str, Any]]:
    """The rules in which a person is away or stands in, those that hold first."""
    absent, by = people.alias("absent"), people.alias("by")
    rows = conn.execute(
        sa.select(stand_ins, absent.c.name.label("absent"), by.c.name.label("by"))
        .add_columns(procedures.c.title_zh, procedures.c.title_en)
        .join(absent, absent.c.id == stand_ins.c.person_id)
        .join(by, by.c.id == stand_ins.c.stand_in_id)
        .outerjoin(procedures, procedures.c.id == stand_ins.c.procedure_id)
        .where(sa.or_(stand_ins.c.person_id == person_id, stand_ins.c.stand_in_id == person_id))
        .order_by(stand_ins.c.until.desc(), stand_ins.c.id.desc())
        .limit(200)
    )
    return [
        {
            **row._mapping,
            "procedure": Text(row.title_zh, row.title_en) if row.title_zh else None,
            "state": "over" if row.until <= now else "coming" if row.since > now else "now",
        }
        for row in rows
    ]


def unit_tree(conn: sa.Connection, person: Person, now: datetime) -> list[dict[str, Any]]:
    """Every unit below the one above it, with its depth, heads and number of people; three statements."""
    check_house(person.roles, RIGHT)
    counted = sa.select(people.c.unit_id, sa.func.count()).where(people.c.disabled_at.is_(None))
    many: dict[int, int] = dict(conn.execute(counted.group_by(people.c.unit_id)).all())
    heads: dict[int, list[dict[str, Any]]] = {}
    for row in conn.execute(_holders(now).where(posts.c.role_id == HEAD)):
        heads.setdefault(row.unit_id, []).append(dict(row._mapping))
    rows = conn.execute(sa.select(units).order_by(units.c.id)).all()
    below: dict[int | None, list[Any]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[dict[str, Any]] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in below.pop(parent, []):
            name = Text(row.name, row.name_en or row.name)
            facts = {"people": many.get(row.id, 0), "heads": heads.get(row.id, []), "depth": depth}
            found.append({"id": row.id, "code": row.code, "name": name, "aliases": row.aliases, **facts})
            walk(row.id, depth + 1)

    walk(None, 0)
    return found


def _holders(now: datetime) -> Any:
    return (
        sa.select(posts.c.id, posts.c.role_id, posts.c.unit_id, posts.c.since, posts.c.until, posts.c.person_id)
        .add_columns(people.c.name, people.c.login, units.c.name.label("unit"))
        .join(people, people.c.id == posts.c.person_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(held(posts, now), people.c.disabled_at.is_(None))
        .order_by(posts.c.id)
    )


def role_list(conn: sa.Connection, person: Person, now: datetime) -> list[dict[str, Any]]:
    """Every role with who holds it where; those that nobody holds first. Two statements."""
    check_house(person.roles, RIGHT)
    by_role: dict[str, list[dict[str, Any]]] = {}
    for row in conn.execute(_holders(now)):
        by_role.setdefault(row.role_id, []).append(dict(row._mapping))
    rows = conn.execute(sa.select(roles)).all()
    found = [{"id": row.id, "name": Text(row.zh, row.en), "holders": by_role.get(row.id, [])} for row in rows]
    return sorted(found, key=lambda one: (bool(one["holders"]), one["name"].zh))


def house_table(conn: sa.Connection, person: Person, now: datetime) -> dict[str, list[list[str]]]:
    """Units and people as the table that an import takes; who is disabled is not in it."""
    check_house(person.roles, RIGHT)
    rows = conn.execute(sa.select(units).order_by(units.c.id)).all()
    code = {row.id: row.code for row in rows}
    unit_rows = [[row.code, row.name, row.name_en, code.get(row.parent_id, ""), "; ".join(row.aliases)] for row in rows]
    living = conn.execute(sa.select(people).where(people.c.disabled_at.is_(None)).order_by(people.c.id)).all()
    held_by = _posts_of(conn, [row.id for row in living], now)
    people_rows = [
        [row.login, row.name, row.staff_no, code[row.unit_id], row.phone or "", row.email or "",
         "; ".join(f"{post['role_id']}@{post['code']}" for post in held_by.get(row.id, []))]
        for row in living
    ]  # fmt: skip
    return {
        TITLES["units"].zh: [[text.zh for text in UNITS.values()], *unit_rows],
        TITLES["people"].zh: [[text.zh for text in PEOPLE.values()], *people_rows],
    }
