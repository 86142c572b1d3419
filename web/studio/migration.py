"""迁移: from which versions, what would become of each case, start, how far it is, and the way back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.actions import Forecast
from engine.desk import Desk
from engine.errors import Invalid, QianfaError
from engine.text import Text
from web import wiring
from web.sessions import me
from web.studio.blueprint import bp

STATES = {
    "waiting": ("secondary", Text("等待迁移", "waits")),
    "moved": ("green", Text("已迁移", "moved")),
    "refused": ("orange", Text("未迁移", "stays")),
    "returning": ("secondary", Text("等待撤销", "waits to go back")),
    "undone": ("blue", Text("已恢复", "as before")),
    "kept": ("orange", Text("未恢复", "not taken back")),
}


@dataclass(frozen=True)
class Alike:
    """Cases that fare the same."""

    first: Forecast
    cases: list[Forecast]


@bp.get("/procedures/<slug>/migrate")
@login_required
def migrate(slug: str) -> ResponseReturnValue:
    return _page(slug, None)


@bp.post("/procedures/<slug>/migrate")
@login_required
def start_migration(slug: str) -> ResponseReturnValue:
    numbers, renamed, reason = _numbers(), _renamed(), request.form.get("reason", "")
    asked = [slug, numbers, renamed, reason]
    try:
        migration_id = wiring.act(
            me().id, lambda desk: actions.start_migration(desk, slug, numbers, renamed, reason), _key(), asked
        )
    except Invalid as error:
        return _page(slug, error)
    return redirect(url_for("studio.migration", migration_id=migration_id), 303)


def _key() -> str | None:
    """A second press of the same page starts no second migration."""
    key = request.form.get("key", "")[:60]
    return f"migrate-{key}" if key else None


def _numbers() -> list[int]:
    return sorted({int(one) for one in request.values.getlist("from") if one.isdecimal() and len(one) < 9})


def _renamed() -> dict[str, str]:
    """Which step is called what in the new version, as chosen."""
    chosen = ((name.removeprefix("to-"), text) for name, text in request.values.items() if name.startswith("to-"))
    return {old[:100]: text[:100] for old, text in chosen if text}


def _page(slug: str, error: QianfaError | None) -> tuple[str, int]:
    conn = wiring.look()
    view = queries.migratable(conn, me(), slug)
    numbers, renamed = _numbers(), _renamed()
    forecasts: list[Forecast] = []
    count = 0
    if numbers:
        try:
            desk = Desk(conn, me(), wiring.now(), wiring.house().office)
            forecasts, count = actions.plan_migration(desk, slug, numbers, renamed)
        except Invalid as wrong:
            error = error or wrong
    page = render_template(
        "studio/migrate.html",
        view=view,
        numbers=numbers or [one.no for one in view.sources],
        previewed=bool(numbers),
        renamed=renamed,
        reason=request.form.get("reason", ""),
        key=request.form.get("key") or f"{slug}-{wiring.now().timestamp():.3f}"[-60:],
        there=count,
        goes=_alike(one for one in forecasts if one.goes),
        stays=_alike(one for one in forecasts if not one.goes),
        looked_at=len(forecasts),
        who=queries.spoken(conn, {name for one in forecasts for task in one.tasks for name in task[1:]}),
        states=STATES,
        error=error,
    )
    return page, error.status if error else 200


def _alike(forecasts: Iterable[Forecast]) -> list[Alike]:
    """The most first; a case that fares like none other is one by itself."""
    found: dict[Any, list[Forecast]] = {}
    for one in forecasts:
        found.setdefault((one.version_no, one.steps, one.reasons, one.notes, one.tasks), []).append(one)
    return sorted((Alike(several[0], several) for several in found.values()), key=lambda one: -len(one.cases))


@bp.get("/migrations/<int:migration_id>")
@login_required
def migration(migration_id: int) -> str:
    view = queries.migration(wiring.look(), me(), migration_id)
    return render_template("studio/migration.html", view=view, states=STATES)


@bp.post("/migrations/<int:migration_id>/undo")
@login_required
def undo_migration(migration_id: int) -> ResponseReturnValue:
    count = wiring.act(me().id, lambda desk: actions.undo_migration(desk, migration_id))
    flash(gettext("正在恢复 %(n)s 个申请。", n=count), "success")
    return redirect(url_for("studio.migration", migration_id=migration_id), 303)
