"""决策表 of a draft: a list, and each table as a grid that is filled in, told what is wrong with, and tried."""

from datetime import date
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.errors import BadInput, QianfaError
from engine.kernel.deciding import KINDS, Decided, Table
from engine.procedures.deciding.typed import told
from web import wiring
from web.sessions import me
from web.studio.blueprint import bp, draft_of, page
from web.studio.grid import changed, typed

HERE = "studio.tables"


@bp.get("/<int:draft_id>/tables")
@login_required
def tables(draft_id: int) -> str:
    view = draft_of(draft_id)
    return page("studio/tables.html", view, HERE, found=queries.decision_tables(view), values={}, error=None)


@bp.post("/<int:draft_id>/tables")
@login_required
def new_table(draft_id: int) -> ResponseReturnValue:
    values = {name: request.form.get(name, "").strip() for name in ("table_id", "name")}
    revision = _revision()
    try:
        wiring.act(me().id, lambda desk: actions.new_table(desk, draft_id, revision, **values))
    except QianfaError as error:
        if error.status in (403, 404):
            raise
        view = draft_of(draft_id)
        found = queries.decision_tables(view)
        return page("studio/tables.html", view, HERE, found=found, values=values, error=error), error.status
    return redirect(url_for("studio.table", draft_id=draft_id, table_id=values["table_id"]), 303)


@bp.get("/<int:draft_id>/tables/<table_id>")
@login_required
def table(draft_id: int, table_id: str) -> str:
    view = draft_of(draft_id)
    found = queries.decision_table(view, table_id)
    return _grid(view, found, found.table, view.revision)


@bp.post("/<int:draft_id>/tables/<table_id>")
@login_required
def save_table(draft_id: int, table_id: str) -> ResponseReturnValue:
    view = draft_of(draft_id)
    known = queries.decision_table(view, table_id).sources
    revision = _revision()
    kept = changed(typed(table_id, request.form, known), request.form, known)
    try:
        wiring.act(me().id, lambda desk: actions.save_table(desk, draft_id, revision, kept))
    except QianfaError as error:
        if error.status in (403, 404):
            raise
        found = queries.decision_table(view, table_id, kept)
        return _grid(view, found, kept, revision, error), error.status
    if request.form.get("do", "save") == "save":
        flash(gettext("决策表已保存。"), "success")
    return redirect(url_for("studio.table", draft_id=draft_id, table_id=table_id), 303)


@bp.post("/<int:draft_id>/tables/<table_id>/remove")
@login_required
def remove_table(draft_id: int, table_id: str) -> ResponseReturnValue:
    revision = _revision()
    wiring.act(me().id, lambda desk: actions.remove_table(desk, draft_id, revision, table_id))
    flash(gettext("决策表已从草稿中删除。"), "success")
    return redirect(url_for(HERE, draft_id=draft_id), 303)


def _grid(view: Any, found: Any, shown: Table | None, revision: int, error: QianfaError | None = None) -> str:
    tried = queries.tried(found, _input(shown)) if shown is not None and "try" in request.args else None
    return page(
        "studio/table.html",
        view,
        HERE,
        found=found,
        table=shown,
        revision=revision,
        error=error,
        tried=tried,
        hit=tried.rows if isinstance(tried, Decided) else (),
        kinds=KINDS,
        told=told,
        marked={row for fault in found.faults for row in fault.rows},
        today=date.today().isoformat(),
    )


def _input(shown: Table) -> dict[str, Any]:
    """What was typed into the form that tries a table, as a case would carry it."""
    data: dict[str, Any] = {}
    for column in shown.inputs:
        place, (*path, last) = data, column.key.split(".")
        for part in path:
            if not isinstance(place.get(part), dict):
                place[part] = {}
            place = place[part]
        place[last] = _value(request.args.get(f"v.{column.key}", "").strip()[:500], column.kind)
    return data


def _value(text: str, kind: str) -> Any:
    if kind == "boolean":
        return {"true": True, "false": False}.get(text)
    try:
        return (float(text) if "." in text else int(text)) if kind == "number" else text
    except ValueError:
        return text


def _revision() -> int:
    try:
        return int(request.form["revision"])
    except ValueError:
        raise BadInput() from None
