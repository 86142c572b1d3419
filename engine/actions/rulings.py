"""决策表 in a running case: what they decided goes into the trail, where they did not the owner is told."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.actions.standstill import UNDECIDED as KIND
from engine.errors import Conflict
from engine.kernel import Flow
from engine.kernel.deciding import Decided, Ready, Table
from engine.messages import tell_owner
from engine.operations import services
from engine.procedures.version import load_version
from engine.text import Text
from engine.work import Work
from models import incidents, procedures

NONE: Mapping[str, Ready] = {}
AGAIN = Text(
    "「{step}」仍然无法得出结论:{fault}请先发布改好的决策表,再重试。",
    "“{step}” still does not decide: {fault} Release a mended decision table, then try again.",
)
WAITS = Text("「{step}」:{fault}", "“{step}”: {fault}")


def told(flow: Flow, others: Mapping[str, Ready] = NONE, no: int | None = None) -> list[dict[str, Any]]:
    """Which rows of which tables decided what, as the trail keeps it; `no`: the version the `others` are of."""
    return [_told(one.element, one.table, one.decided, others, no) for one in flow.decided if one.decided]


def _told(step: str, table: Table, decided: Decided, others: Mapping[str, Ready], no: int | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"step": step, "table": table.id, "name": table.name, "rows": list(decided.rows)}
    # in the order of the columns, which the trail would not keep of a mapping
    facts["inputs"] = [[one.key, one.name, decided.inputs[one.key]] for one in table.inputs]
    facts["outputs"] = [[one.key, one.name, decided.outputs[one.key]] for one in table.outputs]
    instead = table.id in others and others[table.id].table is table
    return facts | ({"version": no} if instead else {})


def report(work: Work, flow: Flow) -> None:
    """An incident for the procedure's owner for each table that did not decide."""
    for one in flow.undecided:
        text = WAITS.fill(step=one.name or one.element, fault=one.why)
        incident = {"kind": KIND, "case_id": work.row.id, "owner": work.version.owner}
        incident |= {"zh": text.zh, "en": text.en, "opened_at": work.desk.now}
        work.desk.conn.execute(incidents.insert(), incident)
        key = f"undecided:{work.row.id}:{work.row.revision + 1}:{one.element}"[:80]
        tell_owner(work.desk.conn, work.version.owner, text, key, work.row.id, now=work.desk.now)


def ask_again(work: Work) -> tuple[Flow, list[dict[str, Any]]]:
    """Every table that did not decide is asked again: the case's own, else that of the version in use now.

    Gives the flow, for settling, and what was decided, for the trail. Conflict with the reason when none decides now.
    """
    others, no = _in_use(work)
    flow = work.flow(services(work))
    flow.rule_again(others)
    if flow.undecided and not flow.decided:
        one = flow.undecided[0]
        raise Conflict(AGAIN.fill(step=one.name or one.element, fault=one.why))
    _close(work)
    return flow, told(flow, others, no)


def _close(work: Work) -> None:
    """All of the case: what still waits is told anew."""
    here = (incidents.c.case_id == work.row.id) & (incidents.c.kind == KIND) & incidents.c.resolved_at.is_(None)
    done = {"resolved_at": work.desk.now, "resolved_by": work.desk.person.id}
    work.desk.conn.execute(incidents.update().where(here).values(done))


def _in_use(work: Work) -> tuple[Mapping[str, Ready], int | None]:
    """The decision tables of the procedure's version in use, where that is not the case's own."""
    current = sa.select(procedures.c.version_id).where(procedures.c.id == work.version.procedure_id)
    version_id = work.desk.conn.execute(current).scalar_one()
    if version_id == work.version.id:
        return NONE, None
    version = load_version(work.desk.conn, version_id)
    return version.specification.tables, version.no
