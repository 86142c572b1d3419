"""今天谁能兼办: for each two steps that are to be separate, who could do both today, and who holds a pair of roles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.kernel.ballot import words
from engine.people import Person, held
from engine.procedures.acts import separate_from
from engine.procedures.duties import RolePair, role_pairs
from engine.procedures.version import current_version, starter_posts
from engine.scope import Scope, check_scope
from engine.text import Text
from engine.units import line, parents
from models import channels, people, posts, procedures, roles, stand_ins

ANY = None  # of whichever unit the applicant is
Hands = dict[tuple[int, int], set[int] | None]  # (person, for whom) -> the applicants' units for which it holds


class Hand(NamedTuple):
    """Somebody who could do a step; `for_name`: as whose stand-in."""

    name: str
    for_name: str | None


@dataclass(frozen=True)
class Both:
    """Two steps that are to be separate, and who could do the one and the other; the diagram bars it in one case."""

    step: Text
    other: Text
    people: list[tuple[Hand, Hand]]
    alone: bool  # nobody else could do the second: with the first in the same hand it stands still


@dataclass(frozen=True)
class HoldsPair:
    """Somebody who holds two roles that nobody should hold together."""

    name: str
    roles: list[Text]
    why: Text
    default: bool


def both_today(conn: sa.Connection, person: Person, slug: str, now: datetime) -> list[Both]:
    """The pairs of a procedure in force; seven statements. Of another's than one's own: people of one's units."""
    scope = check_scope(conn, person)
    version = current_version(conn, slug)
    if not (scope.everything or scope.units or version.procedure_id in scope.procedures):
        return []
    house = _House.of(conn, now, version.procedure_id)
    manifest, found = version.manifest, list[Both]()

    def told(hands: set[int]) -> bool:
        return all(scope.has(house.homes[one], version.procedure_id) for one in hands)

    for step, properties in manifest["properties"].items():
        for other in separate_from(properties):
            first, second = house.hands(manifest, other), house.hands(manifest, step)
            people_of = [
                (house.hand(one), house.hand(two))
                for one in sorted(first)
                for two in sorted(second)
                if not {*one}.isdisjoint(two) and _meet(first[one], second[two]) and told({*one, *two})
            ]
            if people_of:
                alone = len({actor for actor, _ in second}) == 1
                found.append(Both(version.step_text(other), version.step_text(step), people_of, alone))
    return found


def pairs_today(
    conn: sa.Connection, person: Person, now: datetime, pairs: Iterable[RolePair] | None = None
) -> list[HoldsPair]:
    """Whoever of one's units holds both roles of a pair; three statements. An owner of procedures alone sees none."""
    scope = check_scope(conn, person)
    names = {row.id: Text(row.zh, row.en or row.zh) for row in conn.execute(sa.select(roles))}
    roles_of: dict[tuple[int, str], set[str]] = {}
    for row in conn.execute(_holding(scope, now)):
        roles_of.setdefault((row.person_id, row.name), set()).add(row.role_id)
    return [
        HoldsPair(name, [names.get(role, Text(role, role)) for role in sorted(pair.roles)], pair.why, pair.default)
        for (_, name), mine in sorted(roles_of.items())
        for pair in (role_pairs() if pairs is None else pairs)
        if pair.roles <= mine
    ]


def _holding(scope: Scope, now: datetime) -> sa.Select[Any]:
    found = sa.select(posts.c.person_id, posts.c.role_id, people.c.name).join(people, people.c.id == posts.c.person_id)
    found = found.where(held(posts, now), people.c.disabled_at.is_(None))
    return found if scope.everything else found.where(people.c.unit_id.in_(scope.units))


def procedures_today(conn: sa.Connection, scope: Scope) -> list[tuple[str, Text]]:
    """Those one may ask for. One statement."""
    found = sa.select(procedures.c.slug, procedures.c.title_zh, procedures.c.title_en, procedures.c.id)
    rows = conn.execute(found.where(procedures.c.version_id.is_not(None)).order_by(procedures.c.slug))
    open_to = scope.everything or bool(scope.units)
    return [(row.slug, Text(row.title_zh, row.title_en)) for row in rows if open_to or row.id in scope.procedures]


def _meet(first: set[int] | None, second: set[int] | None) -> bool:
    """Whether there is an applicant's unit for which both hold."""
    if first is None or second is None:
        return first != set() and second != set()
    return not first.isdisjoint(second)


@dataclass
class _House:
    """Who holds what at this moment, stand-ins among them."""

    above: Mapping[int, int | None]
    names: dict[int, str]
    homes: dict[int, int]
    posts: list[tuple[str, int, int, int]]  # role, unit, who acts, for whom
    operators: list[tuple[str, int]]

    @classmethod
    def of(cls, conn: sa.Connection, now: datetime, procedure_id: int) -> "_House":
        here = sa.select(people.c.id, people.c.name, people.c.unit_id).where(people.c.disabled_at.is_(None))
        who = conn.execute(here).all()
        names = {row.id: row.name for row in who}
        own = sa.select(posts.c.role_id, posts.c.unit_id, posts.c.person_id).where(held(posts, now))
        held_now = [tuple(row) for row in conn.execute(own)]
        limited = sa.or_(stand_ins.c.procedure_id.is_(None), stand_ins.c.procedure_id == procedure_id)
        rules = sa.select(stand_ins.c.person_id, stand_ins.c.stand_in_id).where(held(stand_ins, now), limited)
        acting = [(row.stand_in_id, row.person_id) for row in conn.execute(rules)]
        every = [(role, unit, one, one) for role, unit, one in held_now if one in names]
        every += [
            (role, unit, by, absent)
            for by, absent in acting
            for role, unit, one in held_now
            if one == absent and by in names and absent in names
        ]
        operated = conn.execute(sa.select(channels.c.operator_role, channels.c.unit_id).distinct())
        homes = {row.id: row.unit_id for row in who}
        return cls(parents(conn), names, homes, every, [tuple(row) for row in operated])

    def hand(self, who: tuple[int, int]) -> Hand:
        actor, absent = who
        return Hand(self.names[actor], self.names[absent] if absent != actor else None)

    def hands(self, manifest: Mapping[str, Any], step: str, deep: int = 5) -> Hands:
        """Who could do a step, and for applicants of which units; whom only a form can name is not known."""
        signers = words(manifest["properties"].get(step, {}).get("signers", ""))
        rules = [manifest["signers"][one] for one in signers if one in manifest.get("signers", {})]
        rules = rules or ([manifest["who"][step]] if step in manifest["who"] else [])
        found: Hands = {}
        for who in rules:
            again = who["kind"] == "actor" and deep > 0
            named = self.hands(manifest, who["name"], deep - 1) if again else self._named(manifest, who)
            for one, where in named.items():
                known = found.get(one, set())
                found[one] = None if where is None or known is None else known | where
        return found

    def _named(self, manifest: Mapping[str, Any], who: Mapping[str, Any]) -> Hands:
        kind, unit = who["kind"], who["unit"]
        if kind == "applicant":
            return self._starters(manifest)
        if kind == "operator":
            return _merged(((by, absent), ANY) for role, at, by, absent in self.posts if (role, at) in self.operators)
        if kind not in ("role", "head", "superior", "superiors"):
            return {}
        mine = ((at, (by, absent)) for role, at, by, absent in self.posts if role == who["name"])
        asked = ((one, self._where(kind, unit, at)) for at, one in mine)
        return _merged((one, where) for one, where in asked if where != set())

    def _where(self, kind: str, unit: int | str | None, at: int) -> set[int] | None:
        """For applicants of which units a post held at a unit is the one asked for."""
        if kind in ("superior", "superiors"):
            asked = [one for one, parent in self.above.items() if parent is not None]
            mine = {one for one in asked if at in [*line(one, self.above)][1 : 2 if kind == "superior" else None]}
            return mine if unit == "applicant" else (ANY if unit in mine else set())
        if unit == "applicant":
            return {at}
        if unit == "organisation":
            return {one for one in self.above if [*line(one, self.above)][-1] == at}
        return ANY if unit in (None, at) else set()

    def _starters(self, manifest: Mapping[str, Any]) -> Hands:
        """Whoever may start it is an applicant of the own unit; nobody starts for another."""
        asked = starter_posts(manifest)
        return {
            (actor, absent): {self.homes[actor]}
            for role, unit, actor, absent in self.posts
            if actor == absent and self._starts(role, unit, asked)
        }

    def _starts(self, role: str, unit: int, asked: list[tuple[str, int | None]]) -> bool:
        return any(role == one and (top is None or top in line(unit, self.above)) for one, top in asked)


def _merged(found: Iterable[tuple[tuple[int, int], set[int] | None]]) -> Hands:
    merged: Hands = {}
    for who, where in found:
        known = merged.get(who, set())
        merged[who] = None if where is None or known is None else known | where
    return merged
