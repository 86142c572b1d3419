"""An exception from a rule: allowed by whoever holds the right to it, in approving with a comment."""

from collections.abc import Mapping
from typing import Any

from engine.operations.approval import OVERRIDE, open_exceptions
from engine.people import role_principal
from engine.procedures.assignment import BadAssignment, compile_who, parse_who
from engine.procedures.signing import unit_of
from engine.releasing.versions import Directory
from engine.work import Work


def allow(work: Work, clean: Mapping[str, Any], for_id: int) -> None:
    """Note the exceptions that the person who approves here may allow."""
    for one in allowed(work, clean, for_id):
        work.note(OVERRIDE, **one)


def allowed(work: Work, clean: Mapping[str, Any], for_id: int) -> list[dict[str, Any]]:
    """What the trail is to say of each exception allowed here; nobody allows what is asked for oneself."""
    comment = clean.get("comment")
    if clean.get("decision") != "approve" or not comment or not work.version.excepts:
        return []
    asking, found = _asking(work), []
    for each in open_exceptions(work):
        behalf = _held_for(work, each["who"])
        if behalf is None or not asking.isdisjoint((work.desk.person.id, for_id, behalf)):
            continue
        of = {"step": work.row.task_step, "task_id": work.row.task_id, "for_id": behalf}
        told = {name: each[name] for name in ("rule", "who", "reason")}
        found.append({**of, **told, "comment": comment, "no": work.row.content_no})
    return found


def _asking(work: Work) -> set[int]:
    """Whoever submitted, and for whom."""
    steps = [
        step for step, properties in work.version.manifest["properties"].items() if properties.get("kind") == "submit"
    ]
    return set(work.hands_on(f",{','.join(steps)},"))


def _held_for(work: Work, who: str) -> int | None:
    """On whose behalf the person who acts holds the right at this moment; None when not at all."""
    directory = Directory(work.desk.conn)
    try:
        compiled = compile_who(parse_who(who), directory.role, directory.unit)
    except BadAssignment:  # the company has no such post
        return None
    unit = unit_of(work.desk.conn, compiled["unit"], work.row.applicant_unit_id)
    return work.desk.person.as_principal(role_principal(compiled["name"], unit), work.row.procedure_id)
