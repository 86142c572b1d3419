"""Keep what a case is found by: its words in one row, its single answers in one row each."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from html import unescape
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engine.finding.words import LONGEST, spelled, tokens
from engine.numbers import OFFICE_ZONE
from engine.procedures.forms import Field, Form, questions
from engine.procedures.version import Version
from models import case_fields, case_words

LARGEST = 10**17
_TAG = re.compile(r"<[^>]*>")  # of an article, which was cleaned when it was taken


class as_words(FunctionElement[str]):
    """Tokens with spaces between, as the index of the database takes them."""

    inherit_cache = True


@compiles(as_words, "sqlite")
def _as_words_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(as_words, "postgresql")
def _as_words_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"array_to_tsvector(string_to_array({compiler.process(element.clauses, **options)}, ' '))"


def _statement(dialect: str) -> Any:
    """One row a case, written anew with every revision."""
    from sqlalchemy.dialects import postgresql, sqlite

    insert: Any = (sqlite if dialect == "sqlite" else postgresql).insert
    words = as_words(sa.bindparam("tokens", type_=sa.Text()))
    row = insert(case_words).values(case_id=sa.bindparam("case"), text=sa.bindparam("said"), words=words)
    return row.on_conflict_do_update(
        index_elements=["case_id"], set_={"text": row.excluded.text, "words": row.excluded.words}
    )


def record(
    conn: sa.Connection,
    case_id: int,
    known: list[str],
    version: Version,
    answers: Mapping[str, Any],
    *,
    again: bool,
) -> None:
    """Make a case findable by what is known of it (number, title, names) and by its answers.

    `again`: it was recorded before. Two statements for a new case, three for a revision.
    """
    form = content_form(version)
    fields = form.fields if form else ()
    text = spelled("\n".join([*known, *_said(fields, answers)])[:LONGEST])
    values = {"case": case_id, "said": text, "tokens": " ".join(sorted(tokens(text)))}
    conn.execute(_statement(conn.dialect.name), values)
    if again:
        conn.execute(case_fields.delete().where(case_fields.c.case_id == case_id))
    rows = list(_rows(case_id, fields, answers))
    if rows:
        conn.execute(case_fields.insert(), rows)


def content_form(version: Version) -> Form | None:
    """The form whose answers are the content: the one the manifest names, else that of a submitting step."""
    named = version.manifest.get("content", {}).get("form")
    steps = version.manifest["properties"].values()
    submits = (each.get("form") for each in steps if each.get("kind") == "submit")
    return version.form(named or next(submits, None))


def _said(fields: tuple[Field, ...], answers: Mapping[str, Any]) -> Iterator[str]:
    """Every answer in words: an option by its label, a file by its name, the rows of a list one after the other."""
    for each in questions(fields):
        value = answers.get(each.key)
        labels = {option.value: option.label.zh for option in each.options}
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                yield from [str(one["name"])] if "sha256" in one else _said(each.fields, one)
            elif one is not None and not isinstance(one, bool):
                said = labels.get(one, one) if isinstance(one, str) else str(one)
                yield unescape(_TAG.sub("", said)) if "editor" in each.properties else said


def _rows(case_id: int, fields: tuple[Field, ...], answers: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for each in questions(fields):
        kind, value = kind_of(each), answers.get(each.key)
        if kind is None or value is None:
            continue
        for no, one in enumerate(value if isinstance(value, list) else [value]):
            row = {"case_id": case_id, "key": each.key, "no": no, "choice": None, "text": None, "number": None}
            row |= {"day": None, kind: _kept(kind, one)}
            if row[kind] is not None:
                yield row


def kind_of(each: Field) -> str | None:
    """How an answer is kept: number, day, choice or text; None for what has no single answer, and for the body."""
    if each.type in ("filepicker", "dynamiclist", "time") or each.properties.get("content") in (True, "true"):
        return None
    if each.type in ("number", "checkbox"):
        return {"number": "number", "checkbox": "choice"}[each.type]
    if each.type in ("date", "datetime"):
        return "day"
    return "choice" if each.options else "text"


def _kept(kind: str, value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "number":
        number = float(value)
        return number if abs(number) < LARGEST else None
    if kind == "day":
        return _day(str(value))
    return str(value)[:200] if kind == "choice" else spelled(str(value))


def _day(value: str) -> date | None:
    """The day of an answer, that of the office where it is a moment."""
    if len(value) == len("2026-01-01"):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value).astimezone(OFFICE_ZONE).date()
