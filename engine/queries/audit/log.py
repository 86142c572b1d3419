"""审计日志: the rows of the trail within one's scope, newest first; a page costs the same whatever lies behind it.

The order is that of writing (id; within a chain the same as seq), since a clock may go back. What the rows tell is
masked for everybody, and of answers only the fields are named: who needs the original opens the case, on record.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from engine.people import Person
from engine.rules.masking import masked
from engine.scope import AUDITOR, Scope, check_scope
from engine.trail import HOUSE
from engine.trail.anchor import LOOK_BACK
from models import cases, people, trail, units

SIZE = 50
WINDOW = 5_000  # rows one page looks at; where fewer than a page fit the question, the next page looks on
NARROW = 500  # a scope of so few cases is read by their chains
MOST_NAMESAKES = 10
WORDS = ("comment", "reason", "body", "why", "opinion", "answer", "before", "after")  # facts that are content
ANSWERS = {"answers", "answered"}  # by field; those of operations as pairs


@dataclass(frozen=True)
class Asked:
    """What the log is narrowed to; `person`: login or name, `part`: house, cases or both, `before`: where to go on."""

    person: str = ""
    verb: str = ""
    case: str = ""
    part: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


class Line(NamedTuple):
    id: int
    chain: int
    seq: int
    at: datetime
    actor: str | None
    acting_for: str | None
    verb: str
    step: str | None
    facts: dict[str, Any]
    previous: str
    hash: str
    case: str | None
    title: str | None


class Page(NamedTuple):
    """`before`: the key of the next page, None at the end; `house`: whether the chain of the house is among it."""

    lines: list[Line]
    before: int | None
    house: bool


def sees_house(conn: sa.Connection, person: Person, scope: Scope) -> bool:
    """An administrator, and an auditor of a whole organisation: the chain of the house is one for all units."""
    if scope.everything:
        return True
    tops = [unit for role, unit in person.posts if role == AUDITOR]
    top = sa.select(units.c.id).where(units.c.id.in_(tops), units.c.parent_id.is_(None))
    return bool(tops) and conn.execute(top.limit(1)).first() is not None


def log_page(conn: sa.Connection, person: Person, asked: Asked) -> Page:
    """One page. Two to eight statements; NotAllowed without a scope."""
    scope = check_scope(conn, person)
    house = sees_house(conn, person, scope)
    look = _look(conn, scope, house, asked)
    if look is None:
        return Page([], None, house)
    rows = conn.execute(_lines(look.chosen(SIZE + 1))).all()
    lines = [Line._make((*row[:8], shown(orjson.loads(row[8])), *row[9:-1], masked(row[-1]))) for row in rows]
    end = look.end_of_window(conn) if len(look.drive) > 1 or len(lines) <= SIZE else None
    if end is not None:  # of several branches one may have been looked at further back than another
        lines = [line for line in lines if getattr(line, look.key.name) >= end]
    return Page(lines[:SIZE], getattr(lines[SIZE - 1], look.key.name) if len(lines) > SIZE else end, house)


def spoken(page: Page) -> set[str]:
    """The numbers of the cases of which the page tells what somebody wrote, and not only what was done."""
    return {line.case for line in page.lines if line.case and any(line.facts.get(name) for name in WORDS)}


def shown(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a row as the log tells them; its hash is of the original."""
    told = {name: masked(value) for name, value in facts.items()}
    return told | {name: _fields(facts[name]) for name in ANSWERS & facts.keys()}


def _fields(answers: Any) -> list[Any]:
    if isinstance(answers, dict):
        return list(answers)
    return [one[0] for one in answers if isinstance(one, list) and one] if isinstance(answers, list) else []


class _Look(NamedTuple):
    """How the rows are found: `drive` by one index in the order of `key`, `keep` of what that gives."""

    drive: list[Any]  # branches, each a condition an index answers in order
    keep: list[Any]
    key: sa.Column[int]
    bounds: list[Any]

    def window(self, most: int) -> Any:
        parts = [
            sa.select(trail.c.id, self.key.label("key"))
            .where(one, *self.bounds)
            .order_by(self.key.desc())
            .limit(most)
            .subquery()
            for one in self.drive
        ]
        union = sa.union(*(sa.select(one) for one in parts)) if len(parts) > 1 else sa.select(parts[0])
        return union.subquery("seen")

    def chosen(self, size: int) -> Any:
        seen = self.window(WINDOW if self.keep else size)
        found = sa.select(seen.c.id).order_by(seen.c.key.desc()).limit(size)
        if self.keep:
            source = seen.join(trail, trail.c.id == seen.c.id).outerjoin(cases, cases.c.id == trail.c.chain)
            found = found.select_from(source).where(*self.keep)
        return found.subquery("chosen")

    def end_of_window(self, conn: sa.Connection) -> int | None:
        """Where the next page goes on, if there may be more behind the window."""
        if not self.keep:
            return None
        windows = [self._replace(drive=[one]).window(WINDOW) for one in self.drive]
        ends = [conn.execute(sa.select(sa.func.min(one.c.key), sa.func.count())).one() for one in windows]
        return max((end for end, count in ends if count >= WINDOW), default=None)


def _look(conn: sa.Connection, scope: Scope, house: bool, asked: Asked) -> _Look | None:
    """None: nothing can be found."""
    keep: list[Any] = []
    bounds: list[Any] = []
    key: sa.Column[int] = trail.c.id
    drive: list[Any] = [sa.true()]
    chain = None
    if asked.case:
        row = conn.execute(sa.select(cases.c.id).where(cases.c.number == asked.case, scope.condition())).first()
        if row is None:
            return None
        chain = row.id
    elif asked.part == "house" and not (asked.person or asked.verb or asked.since or asked.until):
        chain = HOUSE
    if asked.part == "house" and (not house or asked.case):
        return None
    narrow = None if chain is not None or house else _narrow(conn, scope)
    if chain is not None:
        drive, key = [trail.c.chain == chain], trail.c.seq
    elif narrow is not None:
        drive = [trail.c.chain.in_(narrow)]
    whose = _namesakes(conn, asked.person) if asked.person else []
    if asked.person and not whose:
        return None
    if whose:
        mine = [column == who for who in whose for column in (trail.c.actor_id, trail.c.for_id)]
        drive, keep = (mine, keep) if _is_free(drive) else (drive, [*keep, sa.or_(*mine)])
    if asked.verb:
        if _is_free(drive):
            drive = [trail.c.verb == asked.verb]
        else:
            keep.append(trail.c.verb == asked.verb)
    if asked.since or asked.until:
        bounds += _bounds(conn, asked) if key is trail.c.id else []
        keep += [trail.c.at >= asked.since] if asked.since else []
        keep += [trail.c.at < asked.until] if asked.until else []
    if asked.part and chain is None:
        keep.append(trail.c.chain == HOUSE if asked.part == "house" else trail.c.chain != HOUSE)
    if not scope.everything and chain is None and narrow is None:
        within = sa.and_(cases.c.id.is_not(None), scope.condition())
        keep.append(sa.or_(trail.c.chain == HOUSE, within) if house else within)
    if asked.before is not None:
        bounds.append(key < asked.before)
    return _Look(drive, keep, key, bounds)


def _is_free(drive: list[Any]) -> bool:
    return isinstance(drive[0], sa.sql.elements.True_)


def _narrow(conn: sa.Connection, scope: Scope) -> list[int] | None:
    """The cases of a small scope."""
    found = list(conn.scalars(sa.select(cases.c.id).where(scope.condition()).limit(NARROW + 1)))
    return found if len(found) <= NARROW else None


def _namesakes(conn: sa.Connection, text: str) -> list[int]:
    named = sa.or_(people.c.login == text, people.c.name == text)
    return list(conn.scalars(sa.select(people.c.id).where(named).order_by(people.c.id).limit(MOST_NAMESAKES)))


def _bounds(conn: sa.Connection, asked: Asked) -> list[Any]:
    """Between which rows the time lies, a day further on both sides: no clock goes back by more."""
    found = []
    if asked.since:
        early = sa.select(trail.c.id).where(trail.c.at < asked.since - LOOK_BACK).order_by(trail.c.at.desc()).limit(1)
        first = conn.execute(early).scalar()
        found += [trail.c.id > first] if first is not None else []
    if asked.until:
        late = sa.select(trail.c.id).where(trail.c.at >= asked.until + LOOK_BACK).order_by(trail.c.at).limit(1)
        last = conn.execute(late).scalar()
        found += [trail.c.id < last] if last is not None else []
    return found


def _lines(chosen: Any) -> sa.Select[Any]:
    actor, behalf = people.alias("actor"), people.alias("behalf")
    return (
        sa.select(*trail.c["id", "chain", "seq", "at"], actor.c.name, behalf.c.name)
        .add_columns(*trail.c["verb", "step", "facts", "previous", "hash"], cases.c.number, cases.c.title)
        .select_from(chosen)
        .join(trail, trail.c.id == chosen.c.id)
        .outerjoin(actor, actor.c.id == trail.c.actor_id)
        .outerjoin(behalf, behalf.c.id == trail.c.for_id)
        .outerjoin(cases, cases.c.id == trail.c.chain)
        .order_by(trail.c.id.desc())
    )
