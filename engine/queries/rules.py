"""The rules that bind what a procedure publishes or applies for, each with the clause it comes from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from engine.numbers import OFFICE_ZONE
from engine.procedures.forms import Field, Option, questions
from engine.procedures.ruling import ruling
from engine.procedures.version import Version
from engine.queries.directory import Channel
from engine.rules.figures import RuleFigure, Scope, figures
from engine.rules.violation import Clause
from engine.text import Text
from models import channels

ACCOUNTS = "accounts"  # the kind of rule file for what goes to no channel


@dataclass(frozen=True)
class Bound:
    """One figure and the channels it binds; none where the content goes to no channel."""

    figure: RuleFigure
    channels: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Cited:
    """One clause, those that say otherwise, and what the figures that come from it ask for."""

    clause: Clause
    rules: list[Bound]

    @property
    def competes(self) -> list[Clause]:
        return list(dict.fromkeys(each for one in self.rules for each in one.figure.competes))


def cited(bound: Iterable[Bound]) -> dict[str, list[Cited]]:
    """What is behind each rule, by its number and then by clause."""
    found: dict[str, dict[Clause, Cited]] = {}
    for one in bound:
        clause = one.figure.clause
        found.setdefault(one.figure.rule, {}).setdefault(clause, Cited(clause, [])).rules.append(one)
    return {rule: list(clauses.values()) for rule, clauses in found.items()}


def rules_of(conn: sa.Connection, version: Version, now: datetime) -> list[Bound]:
    """The figures that apply today in each channel the content may go to, by rule; one statement a channel and one.

    With them those on accounts that a form names and an operation keeps, such as the strength of a password.
    """
    today = now.astimezone(OFFICE_ZONE).date()
    found = [Bound(figure) for figure in _of_accounts(conn, version, today)] or _of_channels(conn, version, today)
    named = _named(version) - {one.figure.rule for one in found}
    scope = Scope(ACCOUNTS, organisation=(version.manifest.get("organisation", ""),), procedure=version.slug)
    found += [Bound(figure) for figure in figures(scope, today, version.rules) if figure.rule in named]
    return sorted(found, key=lambda one: (one.figure.rule, one.figure.aspect, one.figure.since))


def _of_accounts(conn: sa.Connection, version: Version, today: date) -> tuple[RuleFigure, ...]:
    """Those of a content that goes to no channel; nothing where it goes to one."""
    if not isinstance(version.manifest.get("content", {}).get("rules"), str):
        return ()
    found = ruling(conn, version, {}, today)
    return found.figures if found else ()


def _of_channels(conn: sa.Connection, version: Version, today: date) -> list[Bound]:
    said: dict[tuple[Any, ...], RuleFigure] = {}
    bound: dict[tuple[Any, ...], list[Text]] = {}
    asked = version.manifest.get("content", {}).get("channel", "")
    for channel in channels_of(conn, version):
        found = ruling(conn, version, {asked: channel.code}, today)
        for figure in found.figures if found else ():
            said.setdefault(_meaning(figure), figure)
            bound.setdefault(_meaning(figure), []).append(channel.name)
    return [Bound(figure, tuple(bound[_meaning(figure)])) for figure in said.values()]


def _named(version: Version) -> set[str]:
    """The rules that a question of one of its forms names."""
    forms = [form for name in version.form_schemas if (form := version.form(name))]
    return {rule for form in forms for field in questions(form.fields) for rule in named_by(field)}


def named_by(field: Field) -> list[str]:
    """The rules that the answer to a question has to satisfy."""
    return str(field.properties.get("rule") or "").replace(",", " ").split()


def _meaning(one: RuleFigure) -> tuple[Any, ...]:
    """What a reader sees of a figure: two channels may say the same."""
    return one.rule, one.aspect, repr(one.figure), one.level, one.clause, one.competes, one.default, one.override


def channels_of(conn: sa.Connection, version: Version) -> list[Channel]:
    """The channels that the content of a procedure may go to."""
    content = version.manifest.get("content", {})
    codes = [content["account"]] if "account" in content else [option.value for option in _choices(version)]
    rows = conn.execute(sa.select(channels).where(channels.c.code.in_(codes)).order_by(channels.c.id)) if codes else ()
    return [Channel(row.code, row.kind, Text(row.name, row.name_en or row.name)) for row in rows]


def _choices(version: Version) -> tuple[Option, ...]:
    content = version.manifest.get("content", {})
    form = version.form(content.get("form"))
    asked = [field for field in questions(form.fields) if field.key == content.get("channel")] if form else []
    return asked[0].options if asked else ()
