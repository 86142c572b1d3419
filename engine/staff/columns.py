"""The columns of the table of units and of the table of people, and what each may hold."""

import re
from collections.abc import Mapping

from engine.sheets import Sheets
from engine.text import Text

UNITS = {
    "code": Text("编码", "code"),
    "name": Text("名称", "name"),
    "name_en": Text("英文名", "English name"),
    "parent": Text("上级单位", "unit above"),
    "aliases": Text("其他名称", "other names"),
}
PEOPLE = {
    "login": Text("登录名", "sign-in name"),
    "name": Text("姓名", "name"),
    "staff_no": Text("工号", "staff number"),
    "unit": Text("单位", "unit"),
    "phone": Text("电话", "telephone"),
    "email": Text("邮箱", "e-mail"),
    "posts": Text("岗位", "posts"),
}
TABLES: Mapping[str, Mapping[str, Text]] = {"units": UNITS, "people": PEOPLE}
TITLES = {"units": Text("单位", "units"), "people": Text("人员", "people")}
NEEDED = {"units": ("code", "name"), "people": ("login", "name", "staff_no", "unit")}
LONGEST = {"name": 100, "email": 254, "name_en": 100, "staff_no": 40, "aliases": 500}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]{1,185}\.[^@\s.,;<>]{2,}")
PHONE = re.compile(r"[0-9+()\- ]{3,40}")
SEPARATOR = re.compile(r"[;;\n]")

Row = dict[str, str]


def columns_of(header: list[str], table: str) -> list[str | None]:
    """The key of each column by its heading, in either language; None for a heading nobody knows."""
    known = {name.casefold(): key for key, text in TABLES[table].items() for name in (key, text.zh, text.en)}
    return [known.get(heading.strip().casefold()) for heading in header]


def table_of(header: list[str]) -> str | None:
    """Which table a sheet is, by its headings: that of people has sign-in names, that of units codes."""
    for table, key in (("people", "login"), ("units", "code")):
        if key in columns_of(header, table):
            return table
    return None


def several(text: str) -> list[str]:
    return [part.strip() for part in SEPARATOR.split(text) if part.strip()]


def is_empty(sheets: Sheets) -> bool:
    return not any(any(row) for rows in sheets.values() for row in rows)
