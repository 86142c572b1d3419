"""The page of one task: what it shows, and what it shows again after a refusal."""

from functools import partial
from typing import Any

from flask import render_template

from engine import actions, queries
from engine.desk import Desk
from engine.errors import QianfaError
from engine.procedures.outlook import following, nodes_of
from engine.queries import TaskView, directory
from engine.queries.called import people_called
from engine.queries.rules import cited, rules_of
from web import boxes, content, course, posted, versions, wiring
from web.sessions import me


def look(task_id: int) -> TaskView:
    return queries.task_view(wiring.look(), me(), task_id, wiring.now())


def answers_so_far(view: TaskView) -> dict[str, Any]:
    """The draft kept for this task; for a submission that came back, what was submitted."""
    draft = actions.load_draft(desk(), f"task:{view.id}")
    return draft or (view.content if view.kind == "submit" else {})


def desk() -> Desk:
    return Desk(wiring.look(), me(), wiring.now(), wiring.house().office)


def show(view: TaskView, sheet: posted.Sheet, error: QianfaError | None = None) -> tuple[str, int]:
    wiring.on_record(me(), view.case_id, "opened", page="task", revision=view.content_no)
    conn, version = wiring.look(), view.version
    can = set(view.allowed)
    sheet.told = content.told(view.form, view.held)
    node, names = nodes_of(version).get(view.step), queries.names(conn)
    events = queries.timeline(conn, me(), view.case_id)
    page = render_template(
        "inbox/task.html",
        task=view,
        left=queries.time_left(conn, [view.id], wiring.now()),
        sheet=sheet,
        error=error,
        typed=posted.typed() or {},
        content=content.content(conn, version, view.content, view.content_no),
        change=queries.change_case(conn, me(), version, view.case_id, view.content),
        proposals=queries.drafts_to_propose(conn, me()) if sheet.asks_draft() else [],
        since=versions.since(conn, view.case_id, version, view.content_no),
        ahead=[] if view.asked else course.ahead(following(version, view.step), version, names),
        askings=queries.askings(conn, view),
        basis=course.basis(version, view.step),
        cites=cited(rules_of(conn, version, wiring.now())) if "decide" in can else {},
        trail=course.entries(events, version, people_called(conn, events)),
        raised=course.raised(events, names, version),
        instructions=course.instructions(node.documentation) if node else None,
        step=partial(course.step, version),
        earlier=queries.earlier_steps(conn, view.case_id, view.uuid, wiring.now()) if "return" in can else [],
        people=directory.colleagues(conn, me()) if can & {"decide", "add_signer"} else [],
        signers=queries.signers(conn, view),
        goes_on=boxes.goes_on(),
    )
    return page, error.status if error else 200


def again(task_id: int, error: QianfaError, sheet: posted.Sheet | None = None) -> tuple[str, int]:
    """The page anew after a refusal, with what was typed: the state may have changed meanwhile."""
    view = look(task_id)
    sheet = sheet or posted.sheet(view.form)
    sheet.errors = error.fields
    return show(view, sheet, error)
