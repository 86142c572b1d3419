"""决策表 of a draft: a new one, a changed one, one less; each is a file of the draft's folder."""

import re

from engine.actions.procedure_drafts import save_procedure_draft
from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotFound
from engine.kernel.deciding import Table, read_table, write_table
from engine.releasing.drafts import locked_draft
from engine.text import Text

NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
BAD_NAME = Text(
    "代号用小写英文字母、数字、下划线或连字符,字母开头。", "Use small letters, digits, _ or -; begin with a letter."
)
NO_TITLE = Text("请填写决策表的名称。", "Give the table a name.")
SIGNS = Text("有不能保存的字符。", "There are characters that cannot be kept.")


class TableThere(Conflict):
    code = "table_there"
    message = Text(
        "已有决策表「{name}」,请换一个代号。", "There is a decision table “{name}” already; choose another id."
    )


def new_table(desk: Desk, draft_id: int, revision: int, table_id: str, name: str) -> int:
    """An empty table in the draft; the new revision. Invalid, TableThere, Overwritten."""
    faults = {"table_id": [BAD_NAME]} if not NAME.fullmatch(table_id) else {}
    faults |= {"name": [NO_TITLE]} if not name.strip() else {}
    if faults:
        raise Invalid(faults)
    if f"{table_id}.dmn" in locked_draft(desk, draft_id).files:
        raise TableThere(name=table_id)
    return _save(desk, draft_id, revision, Table(table_id, name.strip()[:100], "UNIQUE", (), (), ()))


def save_table(desk: Desk, draft_id: int, revision: int, table: Table) -> int:
    """Keep a table, finished or not; DiagramError where no DMN could say it, Overwritten on an old revision."""
    if f"{table.id}.dmn" not in locked_draft(desk, draft_id).files:
        raise NotFound()
    return _save(desk, draft_id, revision, table)


def remove_table(desk: Desk, draft_id: int, revision: int, table_id: str) -> int:
    """Take a table out of the draft."""
    if f"{table_id}.dmn" not in locked_draft(desk, draft_id).files:
        raise NotFound()
    return save_procedure_draft(desk, draft_id, revision, {f"{table_id}.dmn": None})


def _save(desk: Desk, draft_id: int, revision: int, table: Table) -> int:
    text = write_table(table)
    if read_table(text.encode()) != table:
        raise Invalid({"table": [SIGNS]})
    return save_procedure_draft(desk, draft_id, revision, {f"{table.id}.dmn": text})
