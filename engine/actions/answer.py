"""What becomes of a task that somebody was asked for: an opinion, a signature, or an earlier step done again."""

from typing import Any

from engine.actions import contents
from engine.actions.asking import circle, close_asked, come_back, end_wait, next_in_turn
from engine.actions.complete import Done, close_task, move_on
from engine.actions.held import let_stand
from engine.actions.settle import settle
from engine.errors import SameHand
from engine.operations import services
from engine.operations.approval import OVERRIDE
from engine.people import load_person
from engine.procedures.forms import Form, asked_in
from engine.procedures.opinions import form_of
from engine.procedures.outlook import names_on_the_way
from engine.work import Acted, Work, save_case
from models import tasks

VERBS = {"delegate": "answer", "before": "answer", "after": "sign", "rework": "rework"}


def answer(work: Work, answers: dict[str, Any], for_id: int) -> Done:
    """Answer the asked task at hand; the last answer brings the waiting task back, or the diagram on."""
    row = work.row
    waiting, beside = circle(work)
    _refuse_same_hand(work, [waiting, *beside], for_id)
    form = form_of(work.version, row.task_asked, row.task_properties)
    clean = contents.accept(work.desk, form, answers, row.id)
    submits = form is not None and row.task_asked == "rework" and row.task_properties.get("kind") == "submit"
    if form and submits:
        contents.revise(work, contents.with_kept(work.desk, row.id, form, clean), form.not_kept(answers))
    bound = work.changes.get("content_sha256", row.content_sha256)
    facts = {"content": bound} if bound else {}
    verb = "submit" if submits else VERBS[row.task_asked]
    facts |= work.notes if submits else {"answers": clean}
    work.note(verb, step=row.task_step, task_id=row.task_id, for_id=for_id, asked=row.task_asked, **facts)
    close_task(work, clean, for_id, bound)
    contents.bind_files(work, clean)
    work.acted.append(Acted(row.task_step, work.desk.person.id, for_id))
    left = [one for one in beside if one.state in ("open", "waiting") and one.id != row.task_id]
    if row.task_asked == "after":
        return _signed(work, waiting, left, clean)
    if row.task_asked == "rework":
        return _reworked(work, waiting, clean)
    return _asked_next(work, waiting, left) if left else _back(work, waiting)


def _refuse_same_hand(work: Work, others: list[Any], for_id: int) -> None:
    """One hand, one answer: nobody answers what he asked himself, nor twice as a stand-in of two."""
    stand = [one for one in others if one.state in ("waiting", "done") and one.actor_id]
    hands = {hand for one in stand for hand in (one.actor_id, one.for_id)}
    if "signers" in others[0].properties:  # of a countersign every signature is another hand's
        hands |= work.hands_on(f",{work.row.task_step},").keys()
    if hands & {work.desk.person.id, for_id}:
        raise SameHand(step=work.version.step_name(work.row.task_step))


def _asked_next(work: Work, waiting: Any, left: list[Any]) -> Done:
    next_in_turn(work, left, _asker(work, waiting))
    save_case(work)
    return Done(work.row.id, work.row.number, work.row.state, [])


def _asker(work: Work, waiting: Any) -> str:
    found = load_person(work.desk.conn, waiting.actor_id, work.desk.now)
    return found.name if found else ""


def _back(work: Work, waiting: Any, **values: Any) -> Done:
    name = come_back(work, waiting)
    save_case(work, **values)
    return Done(work.row.id, work.row.number, work.changes.get("state", work.row.state), [name])


def _signed(work: Work, waiting: Any, left: list[Any], clean: dict[str, Any]) -> Done:
    """All have signed what the owner approved: on with his answers. One who does not settles the step."""
    form, properties = work.version.form_at(waiting.properties), waiting.properties
    if clean["decision"] == "approve":
        if left:
            return _asked_next(work, waiting, left)
        if waiting.content_sha256 != work.row.content_sha256:
            return _back(work, waiting)
        end_wait(work, waiting)
        let_stand(work, waiting)
        if all(entry.verb != OVERRIDE for entry in work.entries):
            work.undo_task_id = work.row.task_id
        return move_on(work, waiting.uuid, properties, waiting.held)
    if form and any(option.value == clean["decision"] for option in form.decision_options):
        end_wait(work, waiting)
        return move_on(work, waiting.uuid, properties, _refused(form, waiting.held, clean))
    close_asked(work, left)
    return _back(work, waiting)


def _refused(form: Form, held: dict[str, Any], clean: dict[str, Any]) -> dict[str, Any]:
    """The answers of who approved with the decision of who did not, as far as the form then asks for them."""
    answers = held | {name: clean.get(name) for name in ("decision", "comment")}
    return {name: answers[name] for name in asked_in(form.fields, answers) if name in answers}


def _reworked(work: Work, waiting: Any, clean: dict[str, Any]) -> Done:
    """Straight back to who returned it; but what decides the way goes the whole way from that step anew."""
    properties, flow = work.row.task_properties, work.flow(services(work))
    if properties.get("kind") == "decide":  # said for who returned it to read
        return _back(work, waiting)
    answers = contents.into_flow(work.version.form_at(properties), clean)
    known = next(task.data for task in flow.open_tasks if task.id == waiting.uuid)
    changed = {name for name, value in answers.items() if known.get(name) != value}
    if not changed & names_on_the_way(work.version):
        flow.amend(waiting.uuid, answers)
        return _back(work, waiting, snapshot=flow.dump())
    end_wait(work, waiting)
    of_the_diagram = tasks.update().where(tasks.c.id == work.row.task_id).values(parent_id=None, asked=None)
    work.desk.conn.execute(of_the_diagram)
    before = {task.id for task in flow.open_tasks}
    flow.return_to(waiting.uuid, work.row.task_step)
    (again,) = (task.id for task in flow.open_tasks if task.id not in before and task.step == work.row.task_step)
    flow.complete(again, answers)
    names = settle(work, flow)
    return Done(work.row.id, work.row.number, work.state, names)
