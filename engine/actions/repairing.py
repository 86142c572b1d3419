"""What a repair may do: carry out and wait less, stand elsewhere, know another value; never say yes for anybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from engine.actions.contents import accept, into_flow
from engine.actions.retrying import check_again, incident_of
from engine.errors import BadInput, Conflict, Invalid, NotAllowed
from engine.kernel import Flow
from engine.kernel.document import Document
from engine.kernel.repairing import Beyond, change, left_out, move, rests, skip, stops
from engine.operations.approval import approvals, check_approval
from engine.procedures.ahead import APPROVAL
from engine.procedures.landing import Ground
from engine.procedures.repairs import (
    KINDS,
    NO_VALUE,
    keys_of,
    names_that_decide,
    only,
    values,
    why_it_decides,
    why_not_skipped,
)
from engine.text import Text
from engine.work import Work, load_flow

UNKNOWN = Text("没有这种修复。", "There is no such repair.")
NOTHING_THERE = Text(
    "申请已不停在那里,请重新打开页面。", "The case does not stand there any more; open the page again."
)
BEYOND = Text(
    "不能越过「{step}」移到「{target}」:那里的决定没有针对现在的内容作出过。",
    "It cannot be moved over “{step}” to “{target}”: what is decided there was not decided of the present content.",
)
ENTERED = Text(
    "不能越过「{step}」移到「{target}」:系统要在那里检查或登记,越过就没有这项记录。",
    "It cannot be moved over “{step}” to “{target}”: something is checked or entered there, and would not be.",
)
STUCK = Text(
    "移到「{target}」后有分支会永远等不到,或者会办理两次。",
    "Moved to “{target}” a branch would wait for ever, or be done twice.",
)
CONTENT = Text(
    "「{name}」属于申请内容,改了就要重新审批:请移回提交步骤,由申请人修改后再提交。",
    "“{name}” belongs to what is asked for; changed, it is approved anew: move the case back to its submission and "
    "let the applicant change it.",
)
WAY = Text("「{name}」决定流程走向,不能更改。", "“{name}” decides the way of the case and cannot be changed.")
SAME = Text("新值与现在的值相同。", "The new value is the present one.")


@dataclass(frozen=True)
class Wish:
    """A repair as it is asked for: `token` is where it stands, `target` a step, the name of a value or an incident."""

    kind: str
    token: str = ""
    target: str = ""
    value: Any = None


@dataclass(frozen=True)
class Look:
    """What a repair would do: where it begins, what it leaves out, the value as it is kept."""

    step: str = ""
    beyond: tuple[Beyond, ...] = ()
    value: Any = None


def look(work: Work, wish: Wish) -> Look:
    """What would be done; raises what forbids it. Changes nothing: it is tried on a flow that is thrown away."""
    if wish.kind == "retry":
        check_again(work, incident_of(work, wish.target))
        return Look()
    if wish.kind not in KINDS:
        raise BadInput(UNKNOWN)
    flow, _ = load_flow(work.row, work.version, work.desk.now, None, work.signers)
    if wish.kind == "change":
        return Look(value=_value(work, flow, wish))
    stop = next((one for one in stops(flow) if one.id == wish.token), None)
    if stop is None:
        raise Conflict(NOTHING_THERE)
    if wish.kind == "skip":
        why = why_not_skipped(work.version, stop)
        if why is not None:
            raise NotAllowed(why) if stop.props.get("kind") == "decide" else Conflict(why)
        return Look(stop.step)
    beyond = tuple(left_out(flow, wish.token, wish.target))
    _check_beyond(work, beyond, wish.target)
    move(flow, wish.token, wish.target)
    ground = Ground(Document.read(text.encode()) for text in work.version.documents.values())
    if ground.why_stuck(rests(flow)):
        raise Conflict(STUCK.fill(target=work.version.step_name(wish.target)))
    return Look(stop.step, beyond)


def carry_out(work: Work, flow: Flow, wish: Wish, found: Look) -> None:
    """Do it, and go on to the next people, timers or messages."""
    if wish.kind == "skip":
        properties = work.version.properties(found.step)
        skip(flow, wish.token, into_flow(work.version.form_at(properties), {}))
    elif wish.kind == "move":
        move(flow, wish.token, wish.target)
        flow.go()
    else:
        change(flow, wish.target, found.value)


def _check_beyond(work: Work, beyond: Iterable[Beyond], target: str) -> None:
    """A move forward leaves out no decision but one that stands for the content as it is now."""
    stands = None
    for one in beyond:
        if one.kind == "human" and why_it_decides(work.version, one.name, one.props) is None:
            continue
        if one.kind == "event" or (one.operation == APPROVAL and check_approval(work)["valid"]):
            continue
        if one.kind == "service" and one.operation != APPROVAL:
            raise Conflict(ENTERED.fill(step=one.name, target=work.version.step_name(target)))
        stands = _standing_approvals(work) if stands is None else stands
        if one.kind != "human" or one.step not in stands:
            raise Conflict(BEYOND.fill(step=one.name, target=work.version.step_name(target)))


def _standing_approvals(work: Work) -> set[str]:
    """Steps of one person that approved the present content after whatever was last returned or refused.

    Of a countersign the rows do not tell that all had signed; it counts for nothing here.
    """
    given = approvals(work)
    last = max((row.id for row in given if row.decision != "approve"), default=0)
    return {
        row.step
        for row in given
        if row.decision == "approve"
        and row.id > last
        and row.content_sha256 == work.row.content_sha256
        and not row.properties.get("mode")
        and not row.properties.get("signers")
    }


def _value(work: Work, flow: Flow, wish: Wish) -> Any:
    """The value as the form takes it; Invalid where it breaks a rule of the form."""
    version, key = work.version, wish.target
    if key in keys_of(version, ("submit",)):
        raise Conflict(CONTENT.fill(name=key))
    if key in names_that_decide(version):
        raise Conflict(WAY.fill(name=key[:60]))
    if key not in {field.key for field in values(version, flow)}:
        raise Conflict(NO_VALUE.fill(name=key[:60]))
    form = only(version, key)
    value = into_flow(form, accept(work.desk, form, {key: wish.value}, work.row.id)).get(key)
    if flow.data.get(key) == value:
        raise Invalid({key: [SAME]})
    return value


def picture(flow: Flow, name: str = "") -> dict[str, Any]:
    """What is open, the value that is spoken of, and what the whole state is known by."""
    found: dict[str, Any] = {"open": sorted([one.step, one.name] for one in stops(flow))}
    if name:
        found["values"] = {name: flow.data.get(name)}
    return found | {"state": sha256(flow.dump().encode()).hexdigest()}
