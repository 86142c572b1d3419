"""权限与任职 as of any moment: who held which posts, stood in for whom, had which tokens, and what that let them do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engine.people import AUDITOR, Person, Principal, held, role_principal
from engine.procedures.rights import may, working_posts
from engine.procedures.version import posts_start
from engine.scope import Scope, check_scope
from engine.text import Text
from engine.trail.chain import HOUSE
from engine.units import line, parents
from models import people, posts, procedures, roles, stand_ins, tokens, trail, units, versions

SIZE = 50
Units = frozenset[int]
RIGHTS = ("start", "edit", "release", "see")


@dataclass(frozen=True)
class Asked:
    """Which people: of a unit or below it, with a role then, by name; `procedure`: what they could do there."""

    unit_id: int | None = None
    role: str = ""
    search: str = ""
    procedure: str = ""
    after: int = 0


@dataclass(frozen=True)
class Held:
    """A post, a rule of standing in, or a token, with its time; `of`: the role, the other person, the token's name."""

    of: Text
    where: Text | None  # the unit of the post, the procedure of the rule; None: all
    since: datetime
    until: datetime | None


@dataclass
class Then:
    """One person at that moment; `rights`: procedure -> what could be done there, where it was asked for."""

    id: int
    login: str
    name: str
    unit_id: int
    unit: Text
    disabled: bool
    posts: list[Held] = field(default_factory=list)
    stands_in_for: list[Held] = field(default_factory=list)
    away: list[Held] = field(default_factory=list)
    tokens: list[Held] = field(default_factory=list)
    rights: list[tuple[str, Text, list[str]]] = field(default_factory=list)
    held: set[tuple[str, int]] = field(default_factory=set)


@dataclass(frozen=True)
class Page:
    people: list[Then]
    after: int | None


def rights_then(conn: sa.Connection, person: Person, at: datetime, asked: Asked, size: int = SIZE) -> Page:
    """A page of people as they stood at a moment, twelve statements however many; NotAllowed without a scope.

    Of units: their people. Of procedures one owns: whoever may do something with them. The names of tokens are told to
    administrators and to the auditors of a person's unit. The tree of units is that of today: it has no history. Rights
    on procedures are said where one procedure or one person was asked for, by the version in force then.
    """
    scope = check_scope(conn, person)
    above = parents(conn)
    found = conn.execute(_people(conn, scope, above, at, asked).limit(size + 1)).all()
    kept = {row.id: Then(row.id, row.login, row.name, row.unit_id, _unit(row), False) for row in found[:size]}
    _posts(conn, kept, at)
    _stand_ins(conn, kept, at)
    _tokens(conn, _whose_tokens(person, scope, above), kept, at)
    _disabled(conn, kept, at)
    if asked.procedure or len(kept) == 1:
        _rights(conn, kept, at, scope, above, asked.procedure)
    return Page([*kept.values()], found[size - 1].id if len(found) > size else None)


def rights_table(
    conn: sa.Connection, person: Person, at: datetime, asked: Asked, say: Mapping[str, str], pick: Any
) -> Iterator[list[Any]]:
    """The same as lines of a table, one a fact, people after people: login, name, unit, what, of, where, since, until.

    `say` has the words of the kinds and rights, `pick` a text in the reader's language.
    """
    after: int | None = 0
    while after is not None:
        page = rights_then(conn, person, at, replace(asked, after=after), 200)
        for one in page.people:
            yield from _lines(one, say, pick)
        after = page.after


def _lines(one: Then, say: Mapping[str, str], pick: Any) -> Iterator[list[Any]]:
    who = [one.login, one.name, pick(one.unit)]
    for what in ("posts", "stands_in_for", "away", "tokens"):
        for each in getattr(one, what):
            yield [*who, say[what], pick(each.of), pick(each.where) if each.where else "", each.since, each.until]
    for slug, title, rights in one.rights:
        for right in rights:
            yield [*who, say[right], pick(title), slug, None, None]
    if one.disabled:
        yield [*who, say["disabled"], "", "", None, None]


def _unit(row: Any) -> Text:
    return Text(row.unit_name, row.unit_en or row.unit_name)


def _people(
    conn: sa.Connection, scope: Scope, above: Mapping[int, int | None], at: datetime, asked: Asked
) -> sa.Select[Any]:
    found = sa.select(
        *people.c["id", "login", "name", "unit_id"], units.c.name.label("unit_name"), units.c.name_en.label("unit_en")
    ).join(units, units.c.id == people.c.unit_id)
    of_theirs = sa.select(sa.func.min(posts.c.since)).where(posts.c.person_id == people.c.id).scalar_subquery()
    found = found.where(sa.func.coalesce(of_theirs, at) <= at)  # who came later was not there; everybody has a post
    if not scope.everything:
        found = found.where(sa.or_(*_within(conn, scope, above, at)))
    if asked.unit_id is not None:
        found = found.where(people.c.unit_id.in_([unit for unit in above if asked.unit_id in line(unit, above)]))
    if asked.role:
        found = found.where(_holds(posts.c.role_id == asked.role, at))
    if asked.search:
        like = f"%{asked.search.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        found = found.where(sa.or_(people.c.name.like(like, escape="!"), people.c.login.like(like, escape="!")))
    return found.where(people.c.id > asked.after).order_by(people.c.id)


def _within(
    conn: sa.Connection, scope: Scope, above: Mapping[int, int | None], at: datetime
) -> Iterator[sa.ColumnElement[bool]]:
    """People of the units, and who held a post there; and who then could start, change or release what one owns."""
    yield people.c.unit_id.in_(scope.units)
    yield _holds(posts.c.unit_id.in_(scope.units), at)
    if not scope.procedures:
        return
    for row in in_force(conn, at):
        if row.procedure_id in scope.procedures:
            for role, top in working_posts(row.manifest):
                here = posts.c.role_id == role
                if top is not None:
                    here &= posts.c.unit_id.in_([unit for unit in above if top in line(unit, above)])
                yield _holds(here, at)


def _holds(which: sa.ColumnElement[bool], at: datetime) -> sa.ColumnElement[bool]:
    return sa.exists().where(posts.c.person_id == people.c.id, which, held(posts, at))


def _posts(conn: sa.Connection, kept: Mapping[int, Then], at: datetime) -> None:
    told = (
        sa.select(posts, roles.c.zh, roles.c.en, units.c.name.label("unit_name"), units.c.name_en.label("unit_en"))
        .join(roles, roles.c.id == posts.c.role_id)
        .join(units, units.c.id == posts.c.unit_id)
        .where(posts.c.person_id.in_(kept), held(posts, at))
        .order_by(posts.c.id)
    )
    for row in conn.execute(told):
        one = kept[row.person_id]
        one.held.add((row.role_id, row.unit_id))
        one.posts.append(Held(Text(row.zh, row.en or row.zh), _unit(row), row.since, row.until))


def _stand_ins(conn: sa.Connection, kept: Mapping[int, Then], at: datetime) -> None:
    absent, by = people.alias("absent"), people.alias("by")
    told = (
        sa.select(
            stand_ins, absent.c.name.label("absent"), by.c.name.label("by"), *procedures.c["title_zh", "title_en"]
        )
        .join(absent, absent.c.id == stand_ins.c.person_id)
        .join(by, by.c.id == stand_ins.c.stand_in_id)
        .outerjoin(procedures, procedures.c.id == stand_ins.c.procedure_id)
        .where(sa.or_(stand_ins.c.person_id.in_(kept), stand_ins.c.stand_in_id.in_(kept)), held(stand_ins, at))
        .order_by(stand_ins.c.id)
    )
    for row in conn.execute(told):
        where = Text(row.title_zh, row.title_en) if row.title_zh else None
        if row.stand_in_id in kept:
            kept[row.stand_in_id].stands_in_for.append(Held(_same(row.absent), where, row.since, row.until))
        if row.person_id in kept:
            kept[row.person_id].away.append(Held(_same(row.by), where, row.since, row.until))


def _whose_tokens(person: Person, scope: Scope, above: Mapping[int, int | None]) -> Units | None:
    """The units whose people's tokens are told; None: of everybody."""
    if scope.everything:
        return None
    tops = person.units_as(AUDITOR)
    return frozenset(unit for unit in above if not tops.isdisjoint(line(unit, above)))


def _tokens(conn: sa.Connection, of: Units | None, kept: Mapping[int, Then], at: datetime) -> None:
    told_of = [one.id for one in kept.values() if of is None or one.unit_id in of]
    live = (tokens.c.made_at <= at) & sa.or_(tokens.c.revoked_at.is_(None), tokens.c.revoked_at > at)
    live &= sa.or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > at)
    told = sa.select(tokens).where(tokens.c.person_id.in_(told_of), live).order_by(tokens.c.id)
    for row in conn.execute(told):
        until = row.revoked_at or row.expires_at
        kept[row.person_id].tokens.append(Held(_same(row.name), None, row.made_at, until))


def _disabled(conn: sa.Connection, kept: Mapping[int, Then], at: datetime) -> None:
    """Whether an account was disabled then: the log of the house says it, the table only how it is now."""
    verbs = ("disable_person", "enable_person")
    told = sa.select(trail.c.verb, trail.c.facts).where(trail.c.chain == HOUSE, trail.c.verb.in_(verbs))
    for row in conn.execute(told.where(trail.c.at <= at).order_by(trail.c.seq)):
        one = kept.get(orjson.loads(row.facts)["person"])
        if one is not None:
            one.disabled = row.verb == "disable_person"


def _rights(
    conn: sa.Connection,
    kept: Mapping[int, Then],
    at: datetime,
    scope: Scope,
    above: Mapping[int, int | None],
    slug: str,
) -> None:
    for row in in_force(conn, at, slug):
        if not (scope.everything or scope.units or row.procedure_id in scope.procedures):
            continue
        title = Text(row.manifest["title"]["zh"], row.manifest["title"]["en"])
        for one in kept.values():
            rights = [] if one.disabled else _of(one, row.manifest, above)
            if rights:
                one.rights.append((row.slug, title, rights))


def in_force(conn: sa.Connection, at: datetime, slug: str = "") -> list[Any]:
    """The version of each procedure (or of one) that new cases started with at that moment. One statement."""
    since = sa.func.coalesce(versions.c.effective_at, versions.c.published_at)
    newest = (
        sa.select(versions.c.procedure_id, sa.func.max(versions.c.no).label("no"))
        .where(since <= sa.bindparam("at", at, type_=versions.c.published_at.type))
        .group_by(versions.c.procedure_id)
        .subquery()
    )
    found = (
        sa.select(versions.c.id, versions.c.procedure_id, versions.c.manifest, procedures.c.slug)
        .join(newest, sa.and_(newest.c.procedure_id == versions.c.procedure_id, newest.c.no == versions.c.no))
        .join(procedures, procedures.c.id == versions.c.procedure_id)
        .order_by(procedures.c.slug)
    )
    if slug:
        found = found.where(procedures.c.slug == slug)
    return list(conn.execute(found).all())


def _of(one: Then, manifest: Mapping[str, Any], above: Mapping[int, int | None]) -> list[str]:
    """What a person's own posts let do with a procedure; a stand-in has none of these rights."""
    person = _person(one)
    found = ["start"] if posts_start(one.held, manifest, above) else []
    return found + [right for right in RIGHTS[1:] if may(person, right, manifest, above)]


def _person(one: Then) -> Person:
    """As the rights of a procedure are asked for: by posts alone."""
    names: Iterable[str] = (role_principal(role, unit) for role, unit in one.held)
    mine = tuple(Principal(name, one.id, None) for name in names)
    roles_held = frozenset(role for role, _ in one.held)
    return Person(one.id, one.login, one.name, "zh", 0, "", "", 0, False, roles_held, mine)


def _same(text: str) -> Text:
    return Text(text, text)
