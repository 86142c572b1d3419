"""The demonstration company as plain objects: units, roles, people with their posts, official accounts."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.calendar import BadCalendar, read_plan
from engine.errors import QianfaError
from engine.text import Text

COMPANY = Path(__file__).resolve().parents[2] / "bpmn" / "company"


class BadCompany(QianfaError):
    code = "bad_company"
    status = 422
    message = Text("公司资料有误:{file}:{fault}。", "The company's files are not right: {file}: {fault}.")


UNREADABLE = Text("无法读取", "it cannot be read")
INCOMPLETE = Text("第{row}项不完整", "entry {row} is incomplete")
TWICE = Text("「{name}」出现了两次", "“{name}” is there twice")
UNKNOWN = Text("「{name}」引用了不存在的「{other}」", "“{name}” refers to “{other}”, which does not exist")
CALENDAR = Text("「{name}」的日历:{fault}", "the calendar of “{name}”: {fault}")
CIRCLE = Text("单位「{name}」的上级关系成了环", "the units above “{name}” go round in a circle")


@dataclass(frozen=True)
class Unit:
    code: str
    name: Text
    parent: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Role:
    id: str
    name: Text


@dataclass(frozen=True)
class Post:
    """A role held in a unit."""

    role: str
    unit: str


@dataclass(frozen=True)
class Member:
    login: str
    name: str
    staff_no: str
    unit: str
    posts: tuple[Post, ...]


@dataclass(frozen=True)
class Channel:
    """An official account; `operators` is the post whose holders work with it; engine.calendar reads `calendar`."""

    code: str
    name: Text
    kind: str
    owner: str
    operators: Post
    calendar: dict[str, Any] | None  # None: nothing is booked on it
    external: bool  # people outside the organisation read it


@dataclass(frozen=True)
class Company:
    units: tuple[Unit, ...]  # a parent stands before its children
    roles: tuple[Role, ...]
    people: tuple[Member, ...]
    channels: tuple[Channel, ...]


def load_company(folder: Path = COMPANY) -> Company:
    """Read units.json, roles.json, people.json and channels.json; BadCompany names the file and the fault."""
    company = Company(
        _in_order(_read(folder, "units.json", _unit)),
        _read(folder, "roles.json", lambda row: Role(row["id"], Text(row["zh"], row["en"]))),
        _read(folder, "people.json", _member),
        _read(folder, "channels.json", _channel),
    )
    _check(company)
    return company


def _read(folder: Path, name: str, build: Any) -> tuple[Any, ...]:
    try:
        rows = json.loads((folder / name).read_text("utf-8"))
    except (OSError, ValueError):
        raise BadCompany(file=name, fault=UNREADABLE) from None
    built = []
    for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
        try:
            built.append(build(row))
        except (KeyError, TypeError, AttributeError):
            raise BadCompany(file=name, fault=INCOMPLETE.fill(row=number)) from None
    return tuple(built)


def _unit(row: dict[str, Any]) -> Unit:
    return Unit(row["code"], Text(row["name"], row["name_en"]), row["parent"], tuple(row.get("aliases", ())))


def _member(row: dict[str, Any]) -> Member:
    posts = tuple(Post(post["role"], post["unit"]) for post in row["posts"])
    return Member(row["login"], row["name"], row["staff_no"], row["unit"], posts)


def _channel(row: dict[str, Any]) -> Channel:
    operators = Post(row["operators"]["role"], row["operators"]["unit"])
    name = Text(row["name"], row["name_en"])
    return Channel(row["code"], name, row["kind"], row["owner"], operators, row.get("calendar"), row["external"])


def _in_order(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The same units, each after the one above it."""
    codes, placed = {unit.code for unit in units}, dict[str, Unit]()
    waiting = list(units)
    while waiting:
        ready = [unit for unit in waiting if unit.parent in placed or unit.parent not in codes]
        if not ready:
            raise BadCompany(file="units.json", fault=CIRCLE.fill(name=waiting[0].name.zh))
        placed |= {unit.code: unit for unit in ready}
        waiting = [unit for unit in waiting if unit.code not in placed]
    return tuple(placed.values())


def _check(company: Company) -> None:
    units = _once("units.json", [unit.code for unit in company.units])
    roles = _once("roles.json", [role.id for role in company.roles])
    _once("people.json", [member.login for member in company.people])
    _once("channels.json", [channel.code for channel in company.channels])
    for unit in company.units:
        _known("units.json", unit.code, unit.parent, units | {None})
    for member in company.people:
        _known("people.json", member.login, member.unit, units)
        for post in member.posts:
            _known("people.json", member.login, post.role, roles)
            _known("people.json", member.login, post.unit, units)
    for channel in company.channels:
        _known("channels.json", channel.code, channel.owner, units)
        _known("channels.json", channel.code, channel.operators.role, roles)
        _known("channels.json", channel.code, channel.operators.unit, units)
        _check_calendar(channel)


def _check_calendar(channel: Channel) -> None:
    try:
        if channel.calendar is not None:
            read_plan(channel.calendar)
    except BadCalendar as error:
        raise BadCompany(file="channels.json", fault=CALENDAR.fill(name=channel.code, fault=error.text)) from None


def _once(file: str, names: list[str]) -> set[str | None]:
    for name in names:
        if names.count(name) > 1:
            raise BadCompany(file=file, fault=TWICE.fill(name=name))
    return {*names}


def _known(file: str, name: str, other: str | None, known: set[str | None]) -> None:
    if other not in known:
        raise BadCompany(file=file, fault=UNKNOWN.fill(name=name, other=other))
