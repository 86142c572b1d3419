"""What a table would change: units, people and posts that are new or different, and what is wrong in which cell."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.people import Person, held
from engine.procedures.assignment import HEAD
from engine.sheets import Formula, Sheets
from engine.staff.columns import (
    CODE,
    EMAIL,
    LOGIN,
    LONGEST,
    NEEDED,
    PHONE,
    TABLES,
    Row,
    columns_of,
    is_empty,
    several,
    table_of,
)
from engine.text import Text
from models import people, posts, roles, units

NO_TABLE = Text("没有找到「编码」或「登录名」一列。", "There is no column “code” or “sign-in name”.")
EMPTY = Text("表格里没有内容。", "There is nothing in the table.")
UNKNOWN_COLUMN = Text("不认识的列「{name}」。", "Unknown column “{name}”.")
NO_COLUMN = Text("缺少「{name}」一列。", "The column “{name}” is missing.")
FORMULA = Text("此格是公式,请改成值。", "This cell is a formula; put its value there.")
MISSING = Text("此格必填。", "This cell must be filled.")
LONG = Text("最多 {limit} 字。", "{limit} characters at most.")
BAD_CODE = Text("编码只能有字母、数字、- 和 _,最多 40 位。", "A code has letters, digits, - and _, 40 at most.")
BAD_LOGIN = Text("登录名只能有小写字母、数字和 . _ -。", "A sign-in name has small letters, digits and . _ -.")
BAD_PHONE = Text("电话只能有数字、空格和 + - ( )。", "A telephone number has digits, blanks and + - ( ).")
BAD_EMAIL = Text("这不是电子邮箱地址。", "This is not an e-mail address.")
TWICE = Text("「{value}」在表中出现了两次,上一次在第 {row} 行。", "“{value}” is there twice, first in row {row}.")
NO_UNIT = Text("没有单位「{value}」。", "There is no unit “{value}”.")
NO_ROLE = Text("没有角色「{value}」。", "There is no role “{value}”.")
CIRCLE = Text("上级关系成了环:{path}", "The units above go round in a circle: {path}")
STAFF_NO = Text("工号「{value}」已属于 {login}。", "The staff number “{value}” belongs to {login}.")
DISABLED = Text("此人已停用,请先启用。", "This person is disabled; enable the account first.")
OWN_POSTS = Text("不能改自己的岗位。", "You cannot change your own posts.")
LAST_ADMIN = Text("改后将没有系统管理员。", "No administrator would be left.")
NO_HEAD = Text("单位没有负责人。", "The unit has no head.")

Post = tuple[str, str]  # role and code of the unit


@dataclass(frozen=True)
class Finding:
    """What is wrong in one cell; `row` counts as office programs do, 0: the whole table."""

    table: str
    row: int
    column: str
    text: Text
    blocks: bool = True


@dataclass(frozen=True)
class Change:
    """A unit or a person that is new (`before` is empty) or different."""

    key: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass
class Plan:
    """Everything that a table changes."""

    units: list[Change] = field(default_factory=list)
    people: list[Change] = field(default_factory=list)
    given: list[tuple[str, Post]] = field(default_factory=list)
    ended: list[tuple[str, Post]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def blocked(self) -> bool:
        return any(finding.blocks for finding in self.findings)

    @property
    def changes(self) -> int:
        return len(self.units) + len(self.people) + len(self.given) + len(self.ended)


def make_plan(conn: sa.Connection, sheets: Sheets, by: Person, now: datetime) -> Plan:
    """Compare the table with what is there; nothing is written."""
    return _Reading(conn, by, now).read(sheets)


class _Reading:
    """One reading of a table against the house as it is."""

    def __init__(self, conn: sa.Connection, by: Person, now: datetime):
        self.by, self.plan = by, Plan()
        rows = conn.execute(sa.select(units)).all()
        self.code_of = {row.id: row.code for row in rows}
        self.units = {row.code: self._unit_row(row) for row in rows}
        self.people = {row.login: row for row in conn.execute(sa.select(people))}
        self.roles = {name: row.id for row in conn.execute(sa.select(roles)) for name in (row.id, row.zh)}
        self.posts: dict[str, set[Post]] = {}
        login_of = {row.id: row.login for row in self.people.values()}
        for row in conn.execute(sa.select(posts).where(held(posts, now))):
            self.posts.setdefault(login_of[row.person_id], set()).add((row.role_id, self.code_of[row.unit_id]))
        self.tree = dict(self.units)  # with what the table says of it
        self.after = {login: set(those) for login, those in self.posts.items()}

    def _unit_row(self, row: Any) -> dict[str, Any]:
        parent = self.code_of.get(row.parent_id, "")
        return {"name": row.name, "name_en": row.name_en, "parent": parent, "aliases": list(row.aliases)}

    def read(self, sheets: Sheets) -> Plan:
        tables = self._tables(sheets)
        for number, row in tables.get("units", []):
            self._unit(number, row)
        self._check_tree(tables.get("units", []))
        for number, row in tables.get("people", []):
            self._person(number, row)
        self._check_house(tables)
        self.plan.findings.sort(key=lambda one: (not one.blocks, one.table, one.row))
        return self.plan

    def wrong(self, table: str, row: int, column: str, text: Text, *, blocks: bool = True) -> None:
        self.plan.findings.append(Finding(table, row, column, text, blocks))

    # --- from cells to rows

    def _tables(self, sheets: Sheets) -> dict[str, list[tuple[int, Row]]]:
        found: dict[str, list[tuple[int, Row]]] = {}
        for rows in sheets.values():
            header = [cell if isinstance(cell, str) else "" for cell in rows[0]] if rows else []
            table = table_of(header)
            if table is not None:
                found.setdefault(table, []).extend(self._rows(table, header, rows[1:]))
        if not found:
            self.wrong("", 0, "", EMPTY if is_empty(sheets) else NO_TABLE)
        return found

    def _rows(self, table: str, header: list[str], rows: list[list[str | Formula]]) -> list[tuple[int, Row]]:
        keys = columns_of(header, table)
        for heading, key in zip(header, keys, strict=True):
            if key is None and heading:
                self.wrong(table, 1, heading[:40], UNKNOWN_COLUMN.fill(name=heading[:40]))
        for key in NEEDED[table]:
            if key not in keys:
                self.wrong(table, 1, key, NO_COLUMN.fill(name=TABLES[table][key]))
        read = [(number, self._row(table, number, keys, cells)) for number, cells in enumerate(rows, 2) if any(cells)]
        self._check_twice(table, read)
        return read

    def _row(self, table: str, number: int, keys: list[str | None], cells: list[str | Formula]) -> Row:
        row: Row = dict.fromkeys(filter(None, keys), "")
        for key, cell in zip(keys, cells, strict=False):
            if isinstance(cell, Formula):
                self.wrong(table, number, key or "", FORMULA)
            elif key:
                row[key] = cell
                if len(cell) > LONGEST.get(key, 2_000):
                    self.wrong(table, number, key, LONG.fill(limit=LONGEST[key]))
        for key in NEEDED[table]:
            if key in row and not row[key] and not any(f.row == number and f.column == key for f in self.plan.findings):
                self.wrong(table, number, key, MISSING)
        return row

    def _check_twice(self, table: str, rows: list[tuple[int, Row]]) -> None:
        for key in ("code",) if table == "units" else ("login", "staff_no"):
            first: dict[str, int] = {}
            for number, row in rows:
                value = row.get(key, "")
                if value and first.setdefault(value, number) != number:
                    self.wrong(table, number, key, TWICE.fill(value=value, row=first[value]))

    # --- units

    def _unit(self, number: int, row: Row) -> None:
        code = row.get("code", "")
        if not code:
            return
        if not CODE.fullmatch(code):
            self.wrong("units", number, "code", BAD_CODE)
            return
        before = self.units.get(code, {})
        told: dict[str, Any] = {key: row[key] for key in ("name", "name_en", "parent") if key in row}
        if "aliases" in row:
            told["aliases"] = several(row["aliases"])
        after = {"name": "", "name_en": "", "parent": "", "aliases": [], **before, **told}
        self.tree[code] = after
        if after != before:
            self.plan.units.append(Change(code, before, after))

    def _check_tree(self, rows: list[tuple[int, Row]]) -> None:
        for number, row in rows:
            unit = self.tree.get(row.get("code", ""))
            if unit is None or not unit["parent"]:
                continue
            parent = self._unit_named(unit["parent"])
            if parent is None:
                self.wrong("units", number, "parent", NO_UNIT.fill(value=unit["parent"]))
                continue
            unit["parent"] = parent
        for number, row in rows:
            path = self._up(row.get("code", ""))
            if len(path) > 1 and path[0] == path[-1]:
                self.wrong("units", number, "parent", CIRCLE.fill(path=" → ".join(path)))

    def _up(self, code: str) -> list[str]:
        """The unit and all above it, until the top or until it is reached again."""
        path = [code]
        while (above := self.tree.get(path[-1], {}).get("parent")) and above not in path[1:]:
            path.append(above)
            if above == code:
                break
        return path

    def _unit_named(self, name: str) -> str | None:
        if name in self.tree:
            return name
        return next((code for code, unit in self.tree.items() if unit["name"] == name), None)

    # --- people

    def _person(self, number: int, row: Row) -> None:
        login = row.get("login", "")
        if not login:
            return
        known = self.people.get(login)
        if not LOGIN.fullmatch(login) and known is None:
            self.wrong("people", number, "login", BAD_LOGIN)
        if known is not None and known.disabled_at is not None:
            self.wrong("people", number, "login", DISABLED)
        self._check_staff_no(number, login, row.get("staff_no", ""))
        if row.get("phone") and not PHONE.fullmatch(row["phone"]):
            self.wrong("people", number, "phone", BAD_PHONE)
        if row.get("email") and not EMAIL.fullmatch(row["email"]):
            self.wrong("people", number, "email", BAD_EMAIL)
        unit = self._unit_named(row.get("unit", ""))
        if unit is None and row.get("unit"):
            self.wrong("people", number, "unit", NO_UNIT.fill(value=row["unit"][:40]))
        before: dict[str, Any] = self._as_row(known) if known is not None else {}
        told: dict[str, Any] = {key: row[key] for key in ("name", "staff_no", "phone", "email") if key in row}
        after = {"phone": "", "email": "", **before, **told, "unit": unit or before.get("unit", "")}
        if after != before:
            self.plan.people.append(Change(login, before, after))
        if "posts" in row:
            self._posts(number, login, row["posts"], unit or "")

    def _as_row(self, row: Any) -> dict[str, Any]:
        return {
            "phone": row.phone or "",
            "email": row.email or "",
            "name": row.name,
            "staff_no": row.staff_no,
            "unit": self.code_of[row.unit_id],
        }

    def _check_staff_no(self, number: int, login: str, staff_no: str) -> None:
        owner = next((one for one in self.people.values() if one.staff_no == staff_no and one.login != login), None)
        if owner is not None:
            self.wrong("people", number, "staff_no", STAFF_NO.fill(value=staff_no, login=owner.login))

    def _posts(self, number: int, login: str, text: str, unit: str) -> None:
        """The posts in the cell are all the person holds from now on: `role@unit`, without a unit in the own one."""
        wanted: set[Post] = set()
        for part in several(text):
            role_name, _, unit_name = part.partition("@")
            role = self.roles.get(role_name.strip())
            where = self._unit_named(unit_name.strip()) if unit_name.strip() else unit
            if role is None:
                self.wrong("people", number, "posts", NO_ROLE.fill(value=role_name.strip()[:40]))
            elif not where:
                self.wrong("people", number, "posts", NO_UNIT.fill(value=unit_name.strip()[:40]))
            else:
                wanted.add((role, where))
        have = self.posts.get(login, set())
        if wanted != have and login == self.by.login:
            self.wrong("people", number, "posts", OWN_POSTS)
        self.plan.given += [(login, post) for post in sorted(wanted - have)]
        self.plan.ended += [(login, post) for post in sorted(have - wanted)]
        self.after[login] = wanted

    # --- the house afterwards

    def _check_house(self, tables: dict[str, list[tuple[int, Row]]]) -> None:
        living = [
            those for login, those in self.after.items()
            if (known := self.people.get(login)) is None or known.disabled_at is None
        ]  # fmt: skip
        held_after = {post for those in living for post in those}
        if not any(role == "administrator" for role, _ in held_after):
            self.wrong("people", 0, "posts", LAST_ADMIN)
        for number, row in tables.get("units", []):
            if row.get("code") in self.tree and (HEAD, row["code"]) not in held_after:
                self.wrong("units", number, "code", NO_HEAD, blocks=False)
