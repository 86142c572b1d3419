"""Every human task says who acts, in words we understand; nothing becomes invisible or open to all."""

from collections.abc import Iterator

from engine.kernel.ballot import words
from engine.kernel.document import Node
from engine.procedures.assignment import ORGANISATION, BadAssignment, Who, parse_who
from engine.procedures.checks.base import Scene, error
from engine.procedures.findings import Finding

SIGN = ("role", "head", "superior", "superiors")  # what names several people at once
ONE = ("role", "head", "superior", "person", "applicant", "actor", "operator")


def check(scene: Scene) -> Iterator[Finding]:
    if scene.context.foreign:
        return
    for node in scene.process.nodes:
        if not node.human:
            continue
        signers = words(node.properties.get("signers", ""))
        who = node.properties.get("who", "")
        if not who and not signers:
            yield error(
                "who_missing", node,
                "人工任务「{at}」没有写办理人;请填写 who,例如 head_of(applicant.unit)。",
                "The human task “{at}” does not say who acts; fill in “who”, such as head_of(applicant.unit).",
            )  # fmt: skip
            continue
        for one in signers or [who]:
            yield from _one(scene, node, one, SIGN if signers else ONE)


def _one(scene: Scene, node: Node, who: str, kinds: tuple[str, ...]) -> Iterator[Finding]:
    try:
        read = parse_who(who)
        if read.kind not in kinds:
            raise BadAssignment(who=who)
        yield from known(scene, node, read)
    except BadAssignment:
        yield error(
            "who_unknown", node,
            "「{at}」的办理人「{who}」不是系统认识的写法;请用 role、head_of、superior_of、person、applicant、"
            "actor_of 或 operator_of。",
            "The assignment “{who}” of “{at}” is not understood; use role, head_of, superior_of, person, "
            "applicant, actor_of or operator_of.",
            who=who[:80],
        )  # fmt: skip


def known(scene: Scene, node: Node, who: Who) -> Iterator[Finding]:
    """Whether the role, the unit or the step that an assignment names exists."""
    roles, units = scene.context.roles, scene.context.units
    if who.kind == "role" and roles is not None and who.name not in roles:
        yield error(
            "role_unknown", node,
            "「{at}」的角色「{role}」不存在;请更正,或先建立这个角色。",
            "The role “{role}” of “{at}” does not exist; correct it or create the role first.",
            role=who.name,
        )  # fmt: skip
    if who.unit and who.unit not in ("applicant.unit", ORGANISATION) and units is not None and who.unit not in units:
        yield error(
            "unit_unknown", node,
            "「{at}」的部门「{unit}」不存在;请更正,或先建立这个部门。",
            "The unit “{unit}” of “{at}” does not exist; correct it or create the unit first.",
            unit=who.unit,
        )  # fmt: skip
    if who.kind == "actor" and scene.complete and who.name not in steps(scene):
        yield error(
            "actor_unknown", node,
            "「{at}」的办理人引用了不存在的步骤「{step}」;请更正。",
            "“{at}” is assigned to who did “{step}”, a step that does not exist; correct it.",
            step=who.name,
        )  # fmt: skip


def steps(scene: Scene) -> set[str]:
    """The ids of the human tasks of this process, those that call it and those of other parts."""
    processes = [scene.process, *scene.callers, *scene.document.processes]
    processes += [process for part in scene.context.parts.values() for process in part.document.processes]
    return {node.id for process in processes for node in process.nodes if node.human}
