"""What a list is narrowed by, as SQL that costs about the same however rare or common it is.

A condition has hits, found by an index and counted to MANY, and a probe of one case. Where a condition has
few hits, a list begins with them; else it walks through its box in order and looks only at what is among the
hits, or, where there are many, asks the probe of each and soon has a page.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from models import case_fields, case_words, cases, people, procedures, tasks, units
from models.base import stands_in, without_personal

FEW, MANY = 1_000, 5_000
_INDEX = sa.table("case_index", sa.column("rowid"), sa.column("case_index"))  # FTS5, on SQLite alone


class Condition(NamedTuple):
    """One condition: `words` parts must stand in a text, and whether the index knows something of them.

    `masked`: personal data in the text is not found.
    """

    kind: str
    words: int = 0
    indexed: bool = False
    masked: bool = False


@lru_cache(maxsize=1_000)
def hits(condition: Condition, number: int, dialect: str) -> Any:
    """The cases that may fulfil it, found once for a statement; None without an index."""
    found = _hits(condition, number, dialect)
    if found is None:
        return None
    return found.limit(sa.literal_column(str(MANY + 1))).cte(f"hits{number}").prefix_with("MATERIALIZED")


def beyond_few(found: Any) -> Any:
    """Whether there are too many hits to begin with them."""
    return _more(found, FEW)


def few_of(found: Any) -> Any:
    """The hits to begin with; none where there are too many."""
    some = sa.select(found.c[0].label("case_id")).where(~beyond_few(found))
    return some.limit(sa.literal_column(str(FEW))).subquery("few")


def _more(found: Any, most: int) -> Any:
    return sa.select(sa.func.count()).select_from(found).scalar_subquery() > sa.literal_column(str(most))


def probe(condition: Condition, number: int, case_id: Any, task: Any = None) -> Any:
    """The condition over a column with a case's number, and the columns of a task where the list has them."""
    if condition.kind in _OF_TASK:
        return _OF_TASK[condition.kind](number, case_id, task)
    return any_row(_probe(condition, number, case_id))


def any_row(statement: Any) -> Any:
    """EXISTS, asked of each row: PostgreSQL would rather read the whole table once for a page of twenty."""
    return statement.limit(sa.literal_column("1")).scalar_subquery().is_not(None)


def walked(condition: Condition, number: int, dialect: str, case_id: Any, task: Any = None) -> Any:
    """The same for a walk through many rows: most are no hits, which is known without reading them."""
    found, asked = hits(condition, number, dialect), probe(condition, number, case_id, task)
    if found is None:
        return asked
    # CASE keeps the order: the probe, which reads a row, is asked last.
    return sa.case((sa.or_(_more(found, MANY), case_id.in_(sa.select(found.c[0]))), asked), else_=sa.false())


def _value(name: str, number: int, kind: Any) -> Any:
    return sa.bindparam(f"{name}{number}", type_=kind)


def _between(column: Any, number: int) -> Any:
    """From `low`, inclusive, to `high`, inclusive."""
    return sa.and_(column >= _value("low", number, column.type), column <= _value("high", number, column.type))


_OF_TASK: dict[str, Any] = {
    "case": lambda number, case_id, _: case_id == _value("value", number, cases.c.id.type),
    "opened": lambda number, _, task: _between(task.c.opened_at, number),
    "overdue": lambda number, _, task: task.c.due_at < _value("value", number, tasks.c.due_at.type),
    "claimed": lambda _number, _, task: task.c.assignee_id.is_not(None),
    "unclaimed": lambda _number, _, task: task.c.assignee_id.is_(None),
}


def _of_case(kind: str, number: int, case: Any = cases) -> Any:
    """What the row of the case itself says; None for a condition of another table."""
    said = _value("value", number, sa.String())
    if kind == "procedure":
        return case.c.procedure_id.in_(sa.select(procedures.c.id).where(procedures.c.slug == said))
    if kind == "applicant":
        named = sa.select(people.c.id).where(sa.or_(people.c.name == said, people.c.login == said))
        return case.c.applicant_id.in_(named)
    if kind == "unit":
        named = sa.select(units.c.id).where(sa.or_(units.c.code == said, units.c.name == said))
        return case.c.applicant_unit_id.in_(named)
    if kind == "state":
        return case.c.state == said
    return _between(case.c.started_at, number) if kind == "started" else None


def _answer(kind: str, number: int, hidden: bool = False) -> Any:
    """A single answer of the content; `hidden` from the indexes of all answers, where one case is asked about."""
    key: Any = case_fields.c.key
    column: Any = case_fields.c[kind]
    own, asked = column.type, _value("key", number, sa.String())
    if hidden:
        key, column = sa.func.coalesce(key, sa.null()), sa.func.coalesce(column, sa.null())
    low, high = _value("low", number, own), _value("high", number, own)
    return sa.and_(key == asked, column == low if kind == "choice" else sa.and_(column >= low, column <= high))


def _says(text: Any, condition: Condition, number: int) -> Any:
    parts = (_value(f"part{one}_", number, sa.Text()) for one in range(condition.words))
    seen = without_personal(text) if condition.masked else text
    return sa.and_(*(stands_in(seen, part) for part in parts))


def _probe(condition: Condition, number: int, case_id: Any) -> Any:
    one = cases.alias("one")  # the list itself may be one of cases
    of_case = _of_case(condition.kind, number, one)
    if of_case is not None:
        return sa.select(one.c.id).where(one.c.id == case_id, of_case).correlate_except(one)
    if condition.kind == "words":
        said = _says(case_words.c.text, condition, number)
        return sa.select(case_words.c.case_id).where(case_words.c.case_id == case_id, said).correlate_except(case_words)
    if condition.kind == "text":
        said = sa.and_(
            case_fields.c.key == _value("key", number, sa.String()), _says(case_fields.c.text, condition, number)
        )
    else:
        said = _answer(condition.kind, number, hidden=True)
    return sa.select(case_fields.c.case_id).where(case_fields.c.case_id == case_id, said).correlate_except(case_fields)


def _hits(condition: Condition, number: int, dialect: str) -> Any:
    if condition.kind in ("words", "text"):
        return _indexed(number, dialect) if condition.indexed else None
    if condition.kind in ("number", "day", "choice"):
        return sa.select(case_fields.c.case_id).where(_answer(condition.kind, number))
    if condition.kind in ("procedure", "applicant", "unit"):
        return sa.select(cases.c.id).where(_of_case(condition.kind, number))
    return None


def _indexed(number: int, dialect: str) -> Any:
    """The cases that have all tokens of what is looked for; not yet checked letter by letter."""
    tokens = _value("tokens", number, sa.Text())
    if dialect == "sqlite":
        return sa.select(_INDEX.c.rowid).where(_INDEX.c.case_index.op("MATCH")(tokens))
    query = sa.cast(tokens, TSQUERY)
    return sa.select(case_words.c.case_id).where(case_words.c.words.op("@@")(query))


def all_of(tokens: set[str], dialect: str) -> str:
    """A question for the index: all of these tokens."""
    if dialect == "sqlite":
        return " AND ".join(f'"{one}"' for one in sorted(tokens))
    return " & ".join(f"'{one}'" for one in sorted(tokens))
