"""A box as a page: what its address asks for, its lines, and what a person prefers to happen after a decision."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from engine import actions, queries
from engine.errors import BadInput, NotFound, QianfaError
from engine.finding.batch import takes_batch
from engine.queries import Page, TaskView, Wanted
from web import wiring
from web.sessions import me

YEAR = 365 * 24 * 3600
NOTHING = Page([], 1, 20, False, False)


def page(box: str) -> ResponseReturnValue:
    """The lines an address asks for; a form's address is made short first, a wrong one says what is wrong."""
    if box not in queries.BOXES:
        raise NotFound()
    typed = request.args.to_dict()
    query = queries.address(typed)
    if "fields_of" in typed or any(not text.strip() for text in typed.values()):
        return redirect(place_of(box, query), 303)
    try:
        wanted = asked(box, query)
        return shown(box, query, queries.inbox(wiring.look(), me(), wanted), wanted), 200
    except BadInput as error:
        return shown(box, query, NOTHING, Wanted(box=box, query=query), error), error.status


def asked(box: str, query: dict[str, str]) -> Wanted:
    return queries.list_wanted(wiring.look(), box, query, wiring.now())


def place_of(box: str, query: dict[str, str]) -> str:
    """The address of a list."""
    named: dict[str, Any] = dict(query)
    if box == queries.AUDIT:
        return url_for("audit.index", **named)
    return url_for("inbox.todo", **named) if box == "todo" else url_for("inbox.box", box=box, **named)


def shown(box: str, query: dict[str, str], found: Page, wanted: Wanted, error: QianfaError | None = None) -> str:
    procedures = queries.entries(wiring.look(), me())
    steps = {one.slug: one.steps for one in procedures}
    waiting = [item.task_id for item in found.items if item.task_id] if box in ("todo", "claimable") else []
    fields = queries.filterable(wiring.look(), query["procedure"]) if query.get("procedure") else []
    return render_template(
        "inbox/box.html",
        box=box,
        page=found,
        asked=wanted,
        query=query,
        error=error,
        procedures=procedures,
        steps=steps,
        fields=fields,
        states=queries.STATES,
        place_of=place_of,
        kept=queries.kept,
        without=lambda name: {key: text for key, text in queries.kept(query).items() if key != name},
        labels=queries.LABELS,
        shares=actions.sharing(me()),
        stands=queries.stands(wiring.look(), _running(box, found), wiring.now()),
        left=queries.time_left(wiring.look(), waiting, wiring.now()) if waiting else {},
    )


def _running(box: str, found: Page) -> list[int]:
    """The cases of which a line says where they stand."""
    return [item.case_id for item in found.items] if box == "mine" else []


def see(view: TaskView) -> None:
    """Keep that the person saw the task, where that opens the way to approve it in a batch."""
    if "decide" not in view.allowed or not takes_batch(view.version.properties(view.step), lambda: view.version):
        return
    if not actions.is_opened(wiring.look(), me().id, view.id, view.content_sha256):
        wiring.act(me().id, lambda desk: actions.mark_opened(desk, view.id, view.content_sha256))


def goes_on() -> bool:
    """Whether the next task opens after a decision: as just chosen, else as chosen last, else yes."""
    if "_choice" in request.form:
        return "_next" in request.form
    return request.cookies.get("after") != "list"


def remembered(response: Response) -> Any:
    """The answer, with the person's choice for the next time."""
    if "_choice" in request.form:
        response.set_cookie(
            "after",
            "next" if goes_on() else "list",
            max_age=YEAR,
            samesite="Lax",
            httponly=True,
            secure=wiring.house().config.secure_cookies,
        )
    return response
