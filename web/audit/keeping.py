"""保存与销毁: what is due, ask and decide, holds, proofs, and packages to take away."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Response, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine.actions import bundles as bundling
from engine.actions import disposals as disposing
from engine.actions import holds as holding
from engine.actions.take_package import take_kept_account, take_kept_package, take_package
from engine.archive import own_folder, pack, package_path
from engine.errors import Conflict, Invalid, NotFound, QianfaError
from engine.queries.audit import keeping as kept
from engine.queries.audit import proofs
from engine.queries.audit.case_file import own_case_file
from engine.text import Text
from web import times, wiring
from web.audit.blueprint import bp, page, scope
from web.sessions import me

STATES = {
    "asked": ("blue", Text("待批准", "to be decided")),
    "approved": ("azure", Text("正在销毁", "under way")),
    "refused": ("secondary", Text("未批准", "refused")),
    "done": ("green", Text("已办完", "done")),
    "failed": ("red", Text("没有完成,异常已报告管理员", "failed; the incident is with the administrator")),
}
ITEMS = {
    "waiting": ("secondary", Text("等待销毁", "waits")),
    "gone": ("azure", Text("正在清理文件", "files are removed")),
    "done": ("green", Text("已销毁", "disposed of")),
    "kept": ("orange", Text("保留", "kept")),
}


def _page(template: str, leaf: str, **more: Any) -> str:
    return page(f"audit/{template}.html", f"audit.{leaf}", states=STATES, item_states=ITEMS, **more)


@bp.get("/keeping")
@login_required
def keeping() -> str:
    conn = wiring.look()
    due = kept.due(conn, me(), wiring.now())
    return _page("keeping", "keeping", due=due, requests=kept.requests(conn, me()))


@bp.get("/keeping/procedures/<slug>")
@login_required
def ask_disposal(slug: str) -> str:
    return _ask(slug, None)


@bp.post("/keeping/procedures/<slug>")
@login_required
def send_disposal(slug: str) -> ResponseReturnValue:
    scope()
    reason, keep, kind = request.form.get("reason", ""), request.form.get("package") == "keep", _kind()
    try:
        made = wiring.act(me().id, lambda desk: disposing.ask_disposal(desk, slug, reason, keep, kind))
    except (Invalid, Conflict) as error:
        return _ask(slug, error), error.status
    return redirect(url_for("audit.disposal_request", request_id=made), 303)


def _ask(slug: str, error: QianfaError | None) -> str:
    kind, reason = _kind(), request.form.get("reason", "")
    title, rows, count = kept.due_here(wiring.look(), me(), slug, kind, wiring.now())
    more = {"title": title, "rows": rows, "there": count, "reason": reason, "kind": kind}
    return _page("ask_disposal", "keeping", slug=slug, error=error, **more)


def _kind() -> str:
    """What of the procedure the address means: its case files, or the accounts that it closed."""
    return "accounts" if request.args.get("of") == "accounts" else "cases"


@bp.get("/keeping/requests/<int:request_id>")
@login_required
def disposal_request(request_id: int) -> str:
    return _request(request_id, None)


@bp.post("/keeping/requests/<int:request_id>")
@login_required
def decide_disposal(request_id: int) -> ResponseReturnValue:
    scope()
    approve, answer = request.form.get("decision") == "approve", request.form.get("reason", "")
    try:
        wiring.act(me().id, lambda desk: disposing.decide_disposal(desk, request_id, approve, answer))
    except (Invalid, Conflict) as error:
        return _request(request_id, error), error.status
    return redirect(url_for("audit.disposal_request", request_id=request_id), 303)


def _request(request_id: int, error: QianfaError | None) -> str:
    asked, items, may_decide = kept.request(wiring.look(), me(), request_id)
    return _page("disposal_request", "keeping", asked=asked, rows=items, may_decide=may_decide, error=error)


@bp.get("/keeping/holds")
@login_required
def holds() -> str:
    return _holds(None)


@bp.post("/keeping/holds")
@login_required
def put_hold() -> ResponseReturnValue:
    scope()
    wanted = {key: request.form.get(key, "") for key in holding.SCOPES}
    try:
        wiring.act(me().id, lambda desk: holding.put_hold(desk, wanted, request.form.get("reason", "")))
    except Invalid as error:
        return _holds(error), error.status
    flash(gettext("已冻结保存。"), "success")
    return redirect(url_for("audit.holds"), 303)


def _holds(error: QianfaError | None) -> str:
    conn = wiring.look()
    found = kept.hold_list(conn, me())
    may = not kept.holding(conn, me()).nothing
    return _page("holds", "holds", holds=found, may=may, choices=kept.choices(conn), error=error)


@bp.post("/keeping/holds/<int:hold_id>/ask")
@login_required
def ask_lift(hold_id: int) -> ResponseReturnValue:
    scope()
    try:
        wiring.act(me().id, lambda desk: holding.ask_lift(desk, hold_id, request.form.get("reason", "")))
    except (Invalid, Conflict) as error:
        return _holds(error), error.status
    flash(gettext("已提出解除,请由另一人确认。"), "success")
    return redirect(url_for("audit.holds"), 303)


@bp.post("/keeping/holds/<int:hold_id>/lift")
@login_required
def lift_hold(hold_id: int) -> ResponseReturnValue:
    scope()
    try:
        wiring.act(me().id, lambda desk: holding.lift_hold(desk, hold_id))
    except Conflict as error:
        return _holds(error), error.status
    flash(gettext("已解除冻结。"), "success")
    return redirect(url_for("audit.holds"), 303)


@bp.get("/keeping/disposals")
@login_required
def disposals() -> str:
    found, more = proofs.disposal_list(wiring.look(), me(), request.args.get("before", type=int))
    return _page("disposals", "disposals", found=found, more=more)


@bp.get("/keeping/disposals/<number>")
@login_required
def disposal(number: str) -> str:
    return _proof(proofs.disposal(wiring.look(), me(), number))


@bp.get("/keeping/disposals/accounts/<int(max=9223372036854775807):entry_id>")
@login_required
def account_disposal(entry_id: int) -> str:
    return _proof(proofs.account_disposal(wiring.look(), me(), entry_id))


def _proof(proof: dict[str, Any], error: QianfaError | None = None) -> str:
    takes = proofs.takes_package(wiring.look(), me(), proof)
    return _page("disposal", "disposals", proof=proof, takes=takes, error=error)


@bp.route("/keeping/disposals/<number>/package", methods=["GET", "POST"])
@login_required
def disposal_package(number: str) -> ResponseReturnValue:
    proof = proofs.disposal(wiring.look(), me(), number)
    return _take(proof, lambda desk: take_kept_package(desk, number, _why()), f"{number}.zip")


@bp.route("/keeping/disposals/accounts/<int(max=9223372036854775807):entry_id>/package", methods=["GET", "POST"])
@login_required
def account_package(entry_id: int) -> ResponseReturnValue:
    proof = proofs.account_disposal(wiring.look(), me(), entry_id)
    return _take(proof, lambda desk: take_kept_account(desk, entry_id, _why()), f"account-{entry_id}.zip")


def _why() -> str | None:
    """Who only audits sends the reason, as for unmasking a case."""
    return request.form.get("reason", "") if request.method == "POST" else None


def _take(proof: dict[str, Any], call: Callable[[Any], None], name: str) -> ResponseReturnValue:
    path = package_path(_data() / "packages", proofs.kept_package(proof))
    if not path.is_file():
        raise NotFound()
    try:
        wiring.act(me().id, call)
    except Invalid as error:
        return _proof(proof, error), error.status
    return send_file(path, "application/zip", as_attachment=True, download_name=name)


@bp.get("/keeping/bundles")
@login_required
def bundles() -> str:
    return _bundles(None)


@bp.post("/keeping/bundles")
@login_required
def ask_bundle() -> ResponseReturnValue:
    scope()
    try:
        since, until = (_day(name) for name in ("since", "until"))
        slug = request.form.get("procedure", "")
        wiring.act(me().id, lambda desk: bundling.ask_bundle(desk, slug, since, until))
    except Invalid as error:
        return _bundles(error), error.status
    return redirect(url_for("audit.bundles"), 303)


def _day(name: str) -> Any:
    try:
        found = times.day(request.form.get(name, ""))
    except ValueError:
        found = None
    if found is None:
        raise Invalid({name: [holding.NO_DAY]})
    return found


def _bundles(error: QianfaError | None) -> str:
    conn = wiring.look()
    found, choices = kept.bundle_list(conn, me()), kept.bundle_choices(conn, me())
    return _page("bundles", "bundles", found=found, choices=choices, error=error)


@bp.get("/keeping/bundles/<int:bundle_id>")
@login_required
def bundle(bundle_id: int) -> Response:
    row = kept.bundle(wiring.look(), me(), bundle_id, wiring.now())
    wiring.close_look()
    path = wiring.act(me().id, lambda desk: bundling.take_bundle(desk, bundle_id))
    name = f"archive-{row.since.isoformat()}-{row.until.isoformat()}.zip"
    return send_file(path, "application/zip", as_attachment=True, download_name=name)


@bp.post("/cases/<int:case_id>/package")
@login_required
def case_package(case_id: int) -> Response:
    """The archive package of one case; that it was taken is on record before it leaves."""
    case = own_case_file(wiring.look(), me(), case_id)
    wiring.close_look()
    with own_folder(_data() / "packages") as folder:
        path = pack(folder, wiring.house().office.blobs, case)
        number = wiring.act(me().id, lambda desk: take_package(desk, case_id, path.stem))
        file = path.open("rb")  # it is read to its end although it has no name any more
    return send_file(file, "application/zip", as_attachment=True, download_name=f"{quote(number)}.zip")


def _data() -> Path:
    return wiring.house().office.data
