"""What becomes of the open tasks of a case that moves to another version: by the new words, to the right hands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from engine.actions.deadlines import office_of
from engine.actions.migrating_plan import Plan
from engine.actions.offers import Offer, offer, separate_text
from engine.actions.settle import submitting
from engine.kernel import Flow, OpenTask
from engine.people import load_person
from engine.procedures.acts import allowed_acts
from engine.procedures.deadlines import term_of
from engine.procedures.working_time import working_time
from engine.standing import STANDING
from engine.text import Text
from engine.work import Work

HELD = Text(
    "「{step}」已同意、正等后加签,而新版本的办理人、职责分离或表单变了。",
    "“{step}” was approved and waits for those who sign after; who may do it, or its form, changed.",
)
BARRED = Text(
    "被请到「{step}」的人按新版本的职责分离不得办理。",
    "Somebody asked at “{step}” is kept from it by the new separation of duties.",
)
VOTED = Text(
    "「{step}」会签进行中,已签的人按新版本的职责分离不得办理。",
    "Somebody who has signed at “{step}” is kept from it by the new separation of duties.",
)
REWORK = Text(
    "正在重办的「{step}」在新版本里不能再单独重办。",
    "“{step}”, which is being done again, cannot be done by itself in the new version.",
)


@dataclass
class Shift:
    """One task: the columns that change; an offer when it goes to somebody else, or to nobody."""

    row: Any
    values: dict[str, Any]
    offer: Offer | None = None


@dataclass
class Shifts:
    rows: list[Shift] = field(default_factory=list)
    reasons: list[Text] = field(default_factory=list)


def shifts(work: Work, plan: Plan, flow: Flow, rows: Iterable[Any]) -> Shifts:
    """`flow` is the case on the new version, `rows` all its tasks; nothing is written."""
    found, rows = Shifts(), list(rows)
    acted = [one._replace(step=plan.renamed.get(one.step, one.step)) for one in work.acted]
    fresh = replace(work, version=plan.asking, acted=acted, entries=[], changes={})
    open_tasks = {task.id: task for task in flow.open_tasks}
    drawn = [row for row in rows if row.state in STANDING and row.parent_id is None]
    again = [row for row in drawn if _is_asked_anew(plan, row, open_tasks[row.uuid])]
    offers = {one.step.id: one for one in offer(fresh, [open_tasks[row.uuid] for row in again])} if again else {}
    for row in drawn:
        shift = _shift(fresh, plan, row, open_tasks[row.uuid], offers.get(row.uuid))
        found.rows.append(shift)
        beside = [one for one in rows if one.parent_id == row.id and one.state in STANDING]
        found.reasons += _kept_out(fresh, plan, row, shift, beside)
        found.reasons += _voted(fresh, row, open_tasks[row.uuid], rows, shift)
        for one in beside:
            _beside(fresh, plan, flow, one, row, shift, found)
    found.rows += _of_old_names(plan, rows)
    return found


def _is_asked_anew(plan: Plan, row: Any, task: OpenTask) -> bool:
    return (_signer(task) is None and plan.who_changed(row.step, task.step)) or _separated(plan, row, task)


def _separated(plan: Plan, row: Any, task: OpenTask) -> bool:
    return separate_text(plan.new.properties(task.step)) != plan.separate(row.separate)


def _signer(task: OpenTask) -> str | None:
    """Whose place of a countersign it is."""
    return task.item if isinstance(task.item, str) and task.item[:2] in ("p:", "r:") else None


def _shift(fresh: Work, plan: Plan, row: Any, task: OpenTask, offered: Offer | None) -> Shift:
    properties = plan.new.properties(task.step)
    values: dict[str, Any] = {
        "step": task.step,
        "name": task.name[:200],
        "properties": properties,
        "separate": separate_text(properties),
        "revision": fresh.row.revision + 1,
    }
    shift = Shift(row, values)
    if offered is not None:
        _hand(fresh, plan, shift, task, offered)
    if row.properties.get("due") != properties.get("due"):
        values |= _deadline(fresh, row, values)
    return shift


def _hand(fresh: Work, plan: Plan, shift: Shift, task: OpenTask, offered: Offer) -> None:
    """Who holds it keeps it where the new words let him; else it goes to whom they name."""
    row, values = shift.row, shift.values
    hands, holder = fresh.hands_on(values["separate"]), row.assignee_id
    stays = holder is not None and holder not in hands
    if not plan.who_changed(row.step, task.step) or _signer(task):
        if stays or (holder is None and row.offered_to == offered.principal):
            return
    elif stays and _entitled(fresh, holder, offered.principal):
        values["offered_to"] = offered.principal
        return
    named = offered.principal is not None and offered.principal.startswith("p:")
    values |= {
        "offered_to": offered.principal,
        "assignee_id": int(offered.principal[2:]) if named and offered.principal else None,
        "claimed_at": None,
        "release_at": None,
    }
    if any(getattr(row, name) != values[name] for name in ("offered_to", "assignee_id")):
        shift.offer = offered


def _entitled(fresh: Work, person_id: int, principal: str | None) -> bool:
    person = load_person(fresh.desk.conn, person_id, fresh.desk.now)
    return (
        person is not None
        and not person.disabled
        and person.as_principal(principal, fresh.row.procedure_id) is not None
    )


def _deadline(fresh: Work, row: Any, values: dict[str, Any]) -> dict[str, Any]:
    """From when the task was opened, in the time of whose post it is; the clock looks at it anew."""
    term = term_of(values["properties"])
    given: dict[str, Any] = {"due_at": None, "next_at": None, "late_at": None, "stage": 0}
    if term is None:
        return given
    office = office_of(values.get("offered_to", row.offered_to), fresh.row.applicant_unit_id)
    time = working_time(fresh.desk.conn, office, row.opened_at)
    due = time.due(row.opened_at, term)
    half = time.added(row.opened_at, time.between(row.opened_at, due) / 2)
    return given | {"office_id": office, "due_at": due, "next_at": half}


def _kept_out(fresh: Work, plan: Plan, row: Any, shift: Shift, beside: list[Any]) -> Iterator[Text]:
    """An approval that waits for who signs after it was given by the old words: it must be as good by the new ones."""
    if not any(one.asked == "after" for one in beside):
        return
    form = shift.values["properties"].get("form")
    same = (row.properties.get("form"), plan.old.form_schemas.get(row.properties.get("form"))) == (
        form,
        plan.new.form_schemas.get(form),
    )
    hands = fresh.hands_on(shift.values["separate"])
    own = {row.actor_id, row.for_id} & hands.keys()
    if not same or plan.who_changed(row.step, shift.values["step"]) or own:
        yield HELD.fill(step=row.name)


def _voted(fresh: Work, row: Any, task: OpenTask, rows: list[Any], shift: Shift) -> Iterator[Text]:
    if _signer(task) is None or row.separate == shift.values["separate"]:
        return
    hands = fresh.hands_on(shift.values["separate"])
    if any(one.state == "done" and one.step == row.step and {one.actor_id, one.for_id} & hands.keys() for one in rows):
        yield VOTED.fill(step=row.name)


def _beside(fresh: Work, plan: Plan, flow: Flow, one: Any, waiting: Any, over: Shift, found: Shifts) -> None:
    """Who was asked beside a step goes on answering, as long as the new version lets him."""
    step = plan.renamed.get(one.step, one.step)
    values: dict[str, Any] = {"step": step, "revision": fresh.row.revision + 1}
    if one.asked == "rework":
        if step not in dict(flow.earlier_steps(waiting.uuid)):
            found.reasons.append(REWORK.fill(step=one.name))
        acts = ",".join(sorted({"transfer", "copy"} & allowed_acts(plan.new.properties(step))))
        values |= {"properties": plan.new.properties(step) | {"acts": acts}}
        values |= {"separate": separate_text(plan.new.properties(step))}
    else:
        named = dict.fromkeys([*over.values["separate"].split(","), *submitting(plan.new)])
        values["separate"] = f",{','.join(filter(None, named))},"
        if one.assignee_id in fresh.hands_on(values["separate"]):
            found.reasons.append(BARRED.fill(step=one.name))
    found.rows.append(Shift(one, values))


def _of_old_names(plan: Plan, rows: list[Any]) -> Iterator[Shift]:
    """What is done goes by the new name of its step too, or separation of duties would not know it any more."""
    for row in rows:
        if row.state not in STANDING and row.step in plan.renamed:
            yield Shift(row, {"step": plan.renamed[row.step]})
