"""Whether one open element can go on in the new version; the answer is a sentence where it cannot."""

from typing import Any

from SpiffWorkflow.task import Task

from engine.kernel.countersign import Again, Each
from engine.kernel.gateways import EventGateway, Inclusive, Parallel
from engine.kernel.migrating.moving import Moving
from engine.kernel.specs import Attached, Begin, Boundary, Catch, Human, Manual, Plain, Process, Scope
from engine.text import Text

_FAMILIES: tuple[tuple[str, Any], ...] = (
    ("human", (Human, Manual, Plain)),
    ("each", Each),
    ("again", Again),
    ("scope", Scope),
    ("parallel", Parallel),
    ("inclusive", Inclusive),
    ("choice", EventGateway),
    ("boundary", Boundary),
    ("catch", Catch),
    ("split", Attached),
    ("begin", Begin),
)


def family(spec: Any) -> str:
    """Elements of one family can stand for each other."""
    return next((name for name, kinds in _FAMILIES if isinstance(spec, kinds)), type(spec).__name__)


def unfit(task: Task, target: Process, moving: Moving) -> Text | None:
    """Why an open task, other than a boundary event or a token at a join, cannot stay open in the new version."""
    old = task.task_spec
    where, name = old.bpmn_name or old.bpmn_id, moving.to(old.name)
    if name not in target.task_specs:
        elsewhere = any(name in process.task_specs for process in moving.new.processes.values())
        return (ELSEWHERE if elsewhere else GONE).fill(step=where)
    new = target.task_specs[name]
    if family(new) != family(old) or _kind(old) != _kind(new):
        return OTHER_KIND.fill(step=where)
    if isinstance(old, Scope):
        return _unfit_scope(old, new, moving, where)
    if isinstance(old, Each):
        return _unfit_round(task, new, where)
    if isinstance(old, Catch) and old.described["event"]["kind"] != new.described["event"]["kind"]:
        return OTHER_EVENT.fill(step=where)
    return None


def _kind(spec: Any) -> tuple[bool, str]:
    """Whether it has instances, and what a human step is there for: to submit, to decide, to do."""
    return spec.name.startswith(">each"), spec.props.get("kind", "")


def _unfit_scope(old: Any, new: Any, moving: Moving, where: str) -> Text | None:
    if old.described["kind"] != new.described["kind"]:
        return OTHER_KIND.fill(step=where)
    before, after = moving.old.processes[old.spec], moving.new.processes[new.spec]
    if old.described["kind"] == "callActivity" and before.process_id != after.process_id:
        return CALLED.fill(step=where, old=before.process_id, new=after.process_id)
    return None


_ROUND = ("signers", "weights", "veto")
_LOOP = ("turns", "list", "count", "item", "out", "out_item")


def _unfit_round(task: Task, new: Any, where: str) -> Text | None:
    """A round that has begun keeps its signers and its votes: they must be what the new version asks for too."""
    old, known = task.task_spec, task.internal_data
    if any(old.described["loop"][key] != new.described["loop"][key] for key in _LOOP):
        return ROUND.fill(step=where)
    if any(old.props.get(key) != new.props.get(key) for key in _ROUND):
        return SIGNERS.fill(step=where)
    if old.props.get("mode") == new.props.get("mode"):
        return None
    weighs = [str(spec.rule).startswith("weight") for spec in (old, new)]
    if None in (old.rule, new.rule) or old.in_turn != new.in_turn or any(weighs):
        return ROUND.fill(step=where)
    return DECIDED.fill(step=where) if new.decision(known) is not None else None


def skipped(task: Task, old: Process, new: Process, moving: Moving) -> tuple[list[str], list[str]]:
    """Human steps that lay ahead of an open element and lie behind it now, and new ones it has already passed."""
    name = task.task_spec.name
    again, before, after = moving.to(name), moving.order(old), moving.order(new)
    ahead = moving.old_people(old, before.after(name))
    behind = moving.new_people(new, after.before(again))
    left_out = (ahead & behind) - moving.new_people(new, after.after(again))
    known = moving.old_people(old, frozenset(old.task_specs))
    gone = ahead - moving.new_people(new, frozenset(new.task_specs))
    if again != name and gone:  # whoever says what a step is called now does not leave out what lay ahead of it
        left_out |= behind - known
    drawn = {one: number for number, one in enumerate(after.ways)}

    def in_order(steps: frozenset[str]) -> list[str]:
        return sorted(steps, key=lambda step: (drawn.get(step, len(drawn)), step))

    return in_order(left_out), in_order(behind - known)


GONE = Text("正在办理的「{step}」在新版本里已不存在。", "“{step}”, which is open, does not exist in the new version.")
ELSEWHERE = Text(
    "正在办理的「{step}」在新版本里被移到了另一个子流程。",
    "“{step}”, which is open, was moved into another subprocess in the new version.",
)
OTHER_KIND = Text(
    "正在办理的「{step}」在新版本里变成了另一种环节。", "“{step}”, which is open, is a step of another kind now."
)
OTHER_EVENT = Text("「{step}」在新版本里等待的是另一类事件。", "“{step}” waits for another kind of event now.")
CALLED = Text(
    "「{step}」正在运行的子流程「{old}」在新版本里换成了「{new}」。",
    "The process “{old}” that “{step}” is in was replaced by “{new}”.",
)
ROUND = Text(
    "「{step}」会签进行中,新版本的会签方式变了,已有的意见无法套用。",
    "“{step}” is being countersigned and the new version counts in another way; the votes given do not fit.",
)
SIGNERS = Text(
    "「{step}」会签进行中,新版本的会签人、权重或一票否决变了。",
    "“{step}” is being countersigned and its signers, weights or vetoes changed.",
)
DECIDED = Text(
    "「{step}」会签进行中,按新版本的规则已有的意见就会有结论,而结论只能由会签人作出。",
    "By the new rule the votes given at “{step}” would already decide; only a vote decides.",
)
SKIPPED = Text(
    "「{step}」排在「{skipped}」之后了,迁移会跳过它。",
    "“{step}” comes after “{skipped}” now, which would be skipped.",
)
JOIN = Text(
    "「{step}」已有一路办完,而新版本里没有与它对应的分支。",
    "At “{step}” a branch is done that has no counterpart in the new version.",
)
GOES_ON = Text(
    "按新版本「{step}」会立即自行通过,不能由迁移推动流程。",
    "In the new version “{step}” would be passed at once; a migration moves no case on.",
)
PASSED = Text(
    "新版本中的「{steps}」排在当前步骤之前,本申请不再经过。",
    "“{steps}” of the new version lies before the present step and is not passed any more.",
)
EVENT_GONE = Text("「{step}」不再等待。", "“{step}” waits no longer.")
EVENT_NEW = Text("开始等待「{step}」。", "“{step}” waits from now on.")
TIMER = Text("「{step}」改到 {due}。", "“{step}” is due {due} now.")
