"""审计日志: the rows of the trail within one's scope, newest first; a page costs the same whatever lies behind it.

The order is that of writing (id; within a chain the same as seq), since a clock may go back. What the rows tell is
masked for everybody, and of answers only the fields are named, a decision and its comment aside: who needs the
original opens the case, on record.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import orjson
import sqlalchemy as sa

from engine.errors import BadInput
from engine.finding.address import NO_NUMBERS, is_personal
from engine.people import Person
from engine.queries.called import Steps
from engine.rules.masking import masked
from engine.scope import AUDITOR, Scope, check_scope
from engine.text import Text
from engine.trail import HOUSE
from engine.trail.anchor import LOOK_BACK
from models import cases, people, trail, units
from models.base import stands_in

WORDS_ALONE = Text(
    "按内容查找时,请再填申请编号、人员、动作或日期中的至少一项。",
    "To look for words in the log, also give a case, a person, an action or days.",
)
SIZE = 50
WINDOW = 5_000  # rows one page looks at; where fewer than a page fit the question, the next page looks on
NARROW = 500  # a scope of so few cases is read by their chains
MOST_NAMESAKES = 10
STEPS = {"step", "steps", "target", "passed"}  # facts that name steps of the case's version
SAID = ("decision", "comment")  # of the answers of who decides
WORDS = ("comment", "reason", "body", "why", "opinion", "answer", "before", "after")  # facts that are content
ANSWERS = {"answers", "answered"}  # by field; those of operations as pairs


@dataclass(frozen=True)
class Asked:
    """What the log is narrowed to; `person`: login or name, `part`: house, cases or both, `before`: where to go on.

    `words`: each stands in what a row tells, as it is shown here; no index knows them, so something else narrows too.
    """

    person: str = ""
    verb: str = ""
    case: str = ""
    part: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    words: str = ""


class Line(NamedTuple):
    id: int
    chain: int
    seq: int
    at: datetime
    actor: str | None
    acting_for: str | None
    verb: str
    step: Text | None
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
    """One page. Two to ten statements; NotAllowed without a scope, BadInput for words alone and for hidden numbers."""
    scope = check_scope(conn, person)
    _check_words(asked)
    house = sees_house(conn, person, scope)
    look = _look(conn, scope, house, asked)
    if look is None:
        return Page([], None, house)
    chosen = look.matching(conn, asked.words.split(), SIZE + 1) if asked.words else look.chosen(SIZE + 1)
    rows = conn.execute(_lines(chosen)).all()
    steps = Steps(conn, (row.version_id for row in rows))
    lines = [_line(row, steps.of(row.version_id)) for row in rows]
    end = look.end_of_window(conn) if len(look.drive) > 1 or len(lines) <= SIZE else None
    if end is not None:  # of several branches one may have been looked at further back than another
        lines = [line for line in lines if getattr(line, look.key.name) >= end]
    return Page(lines[:SIZE], getattr(lines[SIZE - 1], look.key.name) if len(lines) > SIZE else end, house)


def _check_words(asked: Asked) -> None:
    if asked.words and is_personal(asked.words):
        raise BadInput(NO_NUMBERS)
    if asked.words and not (asked.case or asked.person or asked.verb or asked.since or asked.until):
        raise BadInput(WORDS_ALONE)


def _tells(facts: dict[str, Any], words: list[str]) -> bool:
    """Whether each stands in what the row shows: not in what is masked or only named."""
    told = "\n".join(_values(shown(facts))).casefold()
    return all(word.casefold() in told for word in words)


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _values(one)
    else:
        yield str(value)


def _line(row: Any, steps: dict[str, Text]) -> Line:
    """`steps`: of the version the case is on now; a step that went with an older one keeps its id."""
    facts = shown(orjson.loads(row.facts))
    named = STEPS if row.verb != "return" else {*STEPS, "to"}
    facts |= {name: _called(facts[name], steps) for name in named & facts.keys()}
    step = steps.get(row.step, Text(row.step, row.step)) if row.step else None
    return Line._make((*row[:7], step, facts, *row[9:12], masked(row.title)))


def _called(value: Any, steps: dict[str, Text]) -> Any:
    if isinstance(value, str):
        return steps.get(value, value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        found = [steps.get(one, Text(one, one)) for one in value]
        return Text("、".join(one.zh for one in found), ", ".join(one.en for one in found))
    return value


def spoken(page: Page) -> set[str]:
    """The numbers of the cases of which the page tells what somebody wrote, and not only what was done."""
    return {line.case for line in page.lines if line.case and any(line.facts.get(name) for name in WORDS)}


def shown(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of a row as the log tells them; its hash is of the original."""
    told = {name: masked(value) for name, value in facts.items()}
    answers = facts.get("answers")
    if isinstance(answers, dict) and "decision" in answers:
        told |= {name: masked(answers[name]) for name in SAID if answers.get(name)}
    return told | {name: _fields(facts[name]) for name in ANSWERS & facts.keys()}


def _fields(answers: Any) -> list[Any]:
    if isinstance(answers, dict):
        return list(answers)
    return [one[0] for one in answers if isinstance(one, list) and one] if isinstance(answers, list) else []


class _Look(NamedTuple):
    """How the rows are found: `drive` by one index in the order of `key`, `keep` of what that gives.

    What `keep` asks is looked up for each row of the window: of a join PostgreSQL may read all of the trail instead.
    """

    drive: list[Any]  # branches, each a condition an index answers in order
    keep: list[Callable[["_Row"], Any]]
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

    def kept(self, most: int, *more: str) -> Any:
        """The rows of the window that are kept, the newest first, with more of each by name."""
        seen = self.window(most)
        row = _Row(seen.c.id)
        found = sa.select(seen.c.id, *(row.of(name).label(name) for name in more)).order_by(seen.c.key.desc())
        return found.where(*(one(row) for one in self.keep))

    def chosen(self, size: int) -> Any:
        return self.kept(WINDOW if self.keep else size).limit(size).subquery("chosen")

    def matching(self, conn: sa.Connection, words: list[str], size: int) -> Any:
        """Those of the window that tell these words; `keep` has seen to it that few others are looked at."""
        rows = conn.execute(self.kept(WINDOW, "facts"))
        found = (row.id for row in rows if _tells(orjson.loads(row.facts), words))
        return sa.select(trail.c.id).where(trail.c.id.in_(list(islice(found, size)))).subquery("chosen")

    def end_of_window(self, conn: sa.Connection) -> int | None:
        """Where the next page goes on, if there may be more behind the window."""
        if not self.keep:
            return None
        windows = [self._replace(drive=[one]).window(WINDOW) for one in self.drive]
        ends = [conn.execute(sa.select(sa.func.min(one.c.key), sa.func.count())).one() for one in windows]
        return max((end for end, count in ends if count >= WINDOW), default=None)


class _Row:
    """A row of the window, of which each column is looked up by its number."""

    def __init__(self, id: Any):
        self.id = id

    def of(self, name: str) -> Any:
        own = trail.alias()
        return sa.select(own.c[name]).where(own.c.id == self.id).scalar_subquery()

    def within(self, scope: Scope) -> Any:
        """Whether it is of a case within the scope."""
        own = trail.alias()
        here = sa.select(cases.c.id).join(own, own.c.chain == cases.c.id).where(own.c.id == self.id, scope.condition())
        return here.scalar_subquery().is_not(None)  # EXISTS may be made a join

    def tells(self, word: str) -> Any:
        """Whether it stands in the facts as they are written: JSON, in which some signs are spelled."""
        return stands_in(sa.func.lower(self.of("facts")), orjson.dumps(word.lower()).decode()[1:-1])


def _look(conn: sa.Connection, scope: Scope, house: bool, asked: Asked) -> _Look | None:
    """None: nothing can be found."""
    keep: list[Callable[[_Row], Any]] = []
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
        if _is_free(drive):
            drive = [column == who for who in whose for column in (trail.c.actor_id, trail.c.for_id)]
        else:
            keep.append(lambda row: sa.or_(row.of("actor_id").in_(whose), row.of("for_id").in_(whose)))
    if asked.verb:
        if _is_free(drive):
            drive = [trail.c.verb == asked.verb]
        else:
            keep.append(lambda row: row.of("verb") == asked.verb)
    if asked.since or asked.until:
        bounds += _bounds(conn, asked) if key is trail.c.id else []
        keep += [lambda row: row.of("at") >= asked.since] if asked.since else []
        keep += [lambda row: row.of("at") < asked.until] if asked.until else []
    if asked.part and chain is None:
        keep.append(lambda row: row.of("chain") == HOUSE if asked.part == "house" else row.of("chain") != HOUSE)
    if not scope.everything and chain is None and narrow is None:
        keep.append(lambda row: sa.or_(row.of("chain") == HOUSE, row.within(scope)) if house else row.within(scope))
    keep += [partial(_Row.tells, word=word) for word in asked.words.split()]
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
        .add_columns(
            *trail.c["verb", "step", "facts", "previous", "hash"], cases.c.number, cases.c.title, cases.c.version_id
        )
        .select_from(chosen)
        .join(trail, trail.c.id == chosen.c.id)
        .outerjoin(actor, actor.c.id == trail.c.actor_id)
        .outerjoin(behalf, behalf.c.id == trail.c.for_id)
        .outerjoin(cases, cases.c.id == trail.c.chain)
        .order_by(trail.c.id.desc())
    )
