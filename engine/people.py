"""Who somebody is at this moment: the posts held now, and for whom one stands in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from models import people, posts, sessions, stand_ins, tokens, units
from models.prepared import Prepared

# A select whose columns mypy need not know.
Query = Any


HEAD = "unit_head"  # the post of who heads a unit
AUDITOR = "auditor"


class Principal(NamedTuple):
    """A name under which a person receives tasks: `p:12`, `r:text_editor:*` or `r:unit_head:5`."""

    name: str
    for_id: int  # oneself, or the absent person stood in for
    procedure_id: int | None  # a stand-in may be limited to one procedure


@dataclass(frozen=True, slots=True)
class Person:
    """A person with what is held now; loaded anew for every action, never kept."""

    id: int
    login: str
    name: str
    language: str
    unit_id: int
    unit: str
    unit_name: str
    epoch: int
    disabled: bool
    roles: frozenset[str]
    principals: tuple[Principal, ...]

    @property
    def posts(self) -> set[tuple[str, int]]:
        """The role and unit of every post held oneself."""
        own = [one.name.split(":") for one in self.principals if one.for_id == self.id and one.name.startswith("r:")]
        return {(role, int(unit)) for _, role, unit in own if unit != "*"}

    def units_as(self, role: str) -> frozenset[int]:
        """The units in which this person holds the post oneself."""
        return frozenset(unit for held, unit in self.posts if held == role)

    @property
    def heads_unit(self) -> bool:
        return HEAD in self.roles

    def as_principal(self, name: str | None, procedure_id: int) -> int | None:
        """On whose behalf this person holds the principal (oneself first), or None."""
        behalf = None
        for principal in self.principals:
            if principal.name == name and principal.procedure_id in (None, procedure_id):
                if principal.for_id == self.id:
                    return self.id
                behalf = principal.for_id
        return behalf


def person_principal(person_id: int) -> str:
    return f"p:{person_id}"


def role_principal(role: str, unit_id: int | None = None) -> str:
    return f"r:{role}:{'*' if unit_id is None else unit_id}"


def held(post: Any, now: sa.ColumnElement[Any] | datetime) -> sa.ColumnElement[bool]:
    """The condition that a post or stand-in is in force at `now`."""
    return sa.and_(post.c.since <= now, sa.or_(post.c.until.is_(None), post.c.until > now))


_NOW = sa.bindparam("now", type_=posts.c.since.type)


def _statement(who: sa.ColumnElement[bool], source: Any, *extra: Any) -> Query:
    me = sa.select(people.c.id, people.c.id.label("holder"), sa.null().label("procedure_id")).subquery("me")
    absent = stand_ins.alias("absent")
    hats = sa.union_all(
        sa.select(me.c.id, me.c.holder, sa.cast(me.c.procedure_id, sa.BigInteger)),
        sa.select(absent.c.stand_in_id, absent.c.person_id, absent.c.procedure_id).where(held(absent, _NOW)),
    ).subquery("hats")
    return (
        sa.select(
            people.c.id,
            people.c.login,
            people.c.name,
            people.c.language,
            people.c.unit_id,
            units.c.code,
            units.c.name.label("unit_name"),
            people.c.epoch,
            people.c.disabled_at,
            hats.c.holder,
            hats.c.procedure_id,
            posts.c.role_id,
            posts.c.unit_id.label("post_unit_id"),
            *extra,
        )
        .select_from(source)
        .join(units, units.c.id == people.c.unit_id)
        .join(hats, hats.c.id == people.c.id)
        .outerjoin(posts, sa.and_(posts.c.person_id == hats.c.holder, held(posts, _NOW)))
        .where(who)
    )


_WHO: Any = sa.bindparam("who")
_BY_ID = Prepared(_statement(people.c.id == _WHO, people))
_BY_LOGIN = Prepared(_statement(people.c.login == _WHO, people))
_BY_TOKEN = Prepared(
    _statement(
        sa.and_(
            tokens.c.digest == _WHO,
            tokens.c.revoked_at.is_(None),
            sa.or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > _NOW),
        ),
        tokens.join(people, people.c.id == tokens.c.person_id),
    )
)


_BY_SESSION = Prepared(
    _statement(
        sa.and_(sessions.c.digest == _WHO, sessions.c.ended_at.is_(None)),
        sessions.join(people, people.c.id == sessions.c.person_id),
        sessions.c.seen_at,
    )
)


def _load(conn: sa.Connection, statement: Prepared, who: Any, now: datetime) -> Person | None:
    rows = statement.all(conn, {"who": who, "now": now})
    return _person(rows) if rows else None


def _person(rows: list[Any]) -> Person:
    """One row for each post of each hat."""
    first = rows[0]
    names: dict[Principal, None] = {Principal(person_principal(first.id), first.id, None): None}
    roles = set()
    for row in rows:
        names[Principal(person_principal(row.holder), row.holder, row.procedure_id)] = None
        if row.role_id is not None:
            names[Principal(role_principal(row.role_id), row.holder, row.procedure_id)] = None
            names[Principal(role_principal(row.role_id, row.post_unit_id), row.holder, row.procedure_id)] = None
            if row.holder == first.id:
                roles.add(row.role_id)
    return Person(
        id=first.id,
        login=first.login,
        name=first.name,
        language=first.language,
        unit_id=first.unit_id,
        unit=first.code,
        unit_name=first.unit_name,
        epoch=first.epoch,
        disabled=first.disabled_at is not None,
        roles=frozenset(roles),
        # oneself before those one stands in for, the unlimited before the limited
        principals=tuple(sorted(names, key=lambda one: (one.for_id != first.id, one.procedure_id is not None))),
    )


def load_person(conn: sa.Connection, person_id: int, now: datetime) -> Person | None:
    """The person with all principals, in one statement; None when there is none."""
    return _load(conn, _BY_ID, person_id, now)


def person_by_login(conn: sa.Connection, login: str, now: datetime) -> Person | None:
    return _load(conn, _BY_LOGIN, login, now)


def person_by_token(conn: sa.Connection, digest: str, now: datetime) -> Person | None:
    """The owner of a live token; `digest` is the token's SHA-256 in hex."""
    return _load(conn, _BY_TOKEN, digest, now)


def person_by_session(conn: sa.Connection, digest: str, now: datetime) -> tuple[Person, datetime] | None:
    """Whose session this is and when it was last seen, in one statement; `digest` is its token's SHA-256 in hex."""
    rows = _BY_SESSION.all(conn, {"who": digest, "now": now})
    return (_person(rows), rows[0].seen_at) if rows else None


_HELD = (
    sa.select(posts.c.role_id, posts.c.unit_id, posts.c.person_id)
    .join(people, people.c.id == posts.c.person_id)
    .where(held(posts, _NOW), people.c.disabled_at.is_(None))
    .order_by(posts.c.id)
)
_OF_ROLE = Prepared(_HELD.where(posts.c.role_id == sa.bindparam("role")))
_OF_ROLES = _HELD.where(posts.c.role_id.in_(sa.bindparam("roles", expanding=True)))


def holders(conn: sa.Connection, names: set[str], now: datetime) -> dict[str, dict[int, int]]:
    """Person -> unit of the post, for each role principal; who is disabled holds nothing. One statement."""
    found: dict[str, dict[int, int]] = {name: {} for name in names}
    roles = sorted({name.split(":")[1] for name in names})
    if not roles:
        return found
    rows: Iterable[Any]
    if len(roles) == 1:  # nearly always
        rows = _OF_ROLE.all(conn, {"role": roles[0], "now": now})
    else:
        rows = conn.execute(_OF_ROLES, {"roles": roles, "now": now})
    for role, unit, person in rows:
        for name in (role_principal(role), role_principal(role, unit)):
            if name in found:
                found[name][person] = unit
    return found
