"""全部申请: every case within one's scope, narrowed by what the address asks for."""

from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from engine import actions, queries
from engine.errors import BadInput
from engine.exports import FORMATS
from engine.queries import Wanted
from engine.queries.audit.cases import SHOWN_TO, Cases, audit_cases
from engine.queries.audit.narrowing import Narrowing
from engine.scope import Scope
from web import boxes, wiring
from web.audit.blueprint import bp, page, scope
from web.sessions import me

NOTHING = Cases([], False, False, 0)


@bp.get("/")
@login_required
def index() -> ResponseReturnValue:
    """A form's address is made short first; a wrong one says what is wrong."""
    within, typed = scope(), request.args.to_dict()
    query = queries.address(typed)
    if "fields_of" in typed or any(not text.strip() for text in typed.values()):
        return redirect(boxes.place_of(queries.AUDIT, query), 303)
    try:
        wanted = boxes.asked(queries.AUDIT, query)
        found = audit_cases(wiring.look(), me(), wanted, wiring.now(), counted=True)
    except BadInput as error:
        return _shown(within, query, NOTHING, Wanted(box=queries.AUDIT, query=query), error), error.status
    return _shown(within, query, found, wanted)


def _shown(within: Scope, query: dict[str, str], found: Cases, wanted: Wanted, error: Any = None) -> str:
    look = wiring.look()
    return page(
        "audit/cases.html",
        "audit.index",
        box=queries.AUDIT,
        page=found,
        most=SHOWN_TO,
        asked=wanted,
        query=query,
        error=error,
        choices=Narrowing(look, within),
        fields=queries.filterable(look, query["procedure"]) if query.get("procedure") else [],
        states=queries.STATES,
        place_of=boxes.place_of,
        kept=queries.kept,
        without=lambda name: {key: text for key, text in queries.kept(query).items() if key != name},
        labels=queries.LABELS,
        shares=actions.sharing(me()),
        formats=FORMATS,
    )
