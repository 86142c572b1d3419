"""管理: people, units and roles, and the table by which many change at once; for administrators."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from engine import actions, queries
from engine.desk import Desk
from engine.errors import BadInput, Conflict, Invalid, NotAllowed, NotFound, QianfaError
from engine.policy import check_house
from engine.queries import Sought, directory
from engine.sheets import csv_bytes, xlsx_bytes
from engine.staff.columns import TABLES, TITLES
from engine.staff.plan import make_plan
from engine.text import Text
from web import times, wiring
from web.language import in_language
from web.sessions import me

bp = Blueprint("admin", __name__, url_prefix="/admin")
NO_FILE = Text("请选择表格文件。", "Choose the file of the table.")


def _asked(name: str) -> str:
    return request.args.get(name, "").replace("\0", "").strip()[:100]


@bp.get("/people")
@login_required
def people() -> str:
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 10_000))
    sought = Sought(page, _asked("search"), _asked("unit"), _asked("show"))
    conn = wiring.look()
    found = queries.people_list(conn, me(), sought, wiring.now())
    units = list(queries.names(conn).by_id.values())
    return render_template("admin/people.html", page=found, asked=sought, units=units)


@bp.get("/people/<int:person_id>")
@login_required
def person(person_id: int) -> str:
    return _person(person_id)


def _person(person_id: int, error: QianfaError | None = None, link: str = "") -> str:
    conn = wiring.look()
    found = queries.one_person(conn, me(), person_id, wiring.now())
    names = queries.names(conn)
    roles = {key: text for key, text in names.roles.items() if key.isascii()}
    return render_template(
        "admin/person.html", person=found, units=names.by_id.values(), roles=roles, error=error, link=link
    )


def _act(call: Callable[[Desk], Any], said: Callable[[Any], str], back: str) -> ResponseReturnValue:
    """One action, its outcome in a sentence, and back to where one was; nothing for who keeps no people."""
    check_house(me().roles, "manage_people")
    try:
        flash(said(wiring.act(me().id, call)), "success")
    except (Conflict, Invalid, NotAllowed) as error:
        texts = [text for those in error.fields.values() for text in those] or [error.text]
        flash(" ".join(in_language(text) for text in texts), "danger")
    return redirect(back, 303)


def _of(person_id: int) -> str:
    return url_for("admin.person", person_id=person_id)


@bp.post("/people/<int:person_id>/disable")
@login_required
def disable(person_id: int) -> ResponseReturnValue:
    def said(gone: dict[str, int]) -> str:
        return gettext(
            "已停用:结束 %(posts)s 个岗位、%(sessions)s 处登录;退还 %(returned)s 项待办,%(vacant)s 项转为异常。", **gone
        )

    return _act(lambda desk: actions.disable_person(desk, person_id), said, _of(person_id))


@bp.post("/people/<int:person_id>/enable")
@login_required
def enable(person_id: int) -> ResponseReturnValue:
    call = lambda desk: actions.enable_person(desk, person_id)  # noqa: E731
    return _act(call, lambda _done: gettext("已启用;岗位和代理需另行设定。"), _of(person_id))


@bp.post("/people/<int:person_id>/reset")
@login_required
def reset(person_id: int) -> ResponseReturnValue:
    """The link is on this page alone and once: it is not redirected to."""
    try:
        token = wiring.act(me().id, lambda desk: actions.make_reset_link(desk, person_id))
    except NotAllowed as error:
        return _person(person_id, error), error.status
    return _person(person_id, link=wiring.address() + url_for("reset.show", token=token))


@bp.post("/people/<int:person_id>/posts")
@login_required
def give_post(person_id: int) -> ResponseReturnValue:
    form = request.form
    try:
        since, until = _moment("since"), _moment("until")
        login = queries.one_person(wiring.look(), me(), person_id, wiring.now())["login"]
        role, unit = form.get("role", ""), form.get("unit", "")
        wiring.act(me().id, lambda desk: actions.give_post(desk, login, role, unit, since, until))
    except (Invalid, NotAllowed) as error:
        return _person(person_id, error), error.status
    flash(gettext("已任职。"), "success")
    return redirect(_of(person_id), 303)


def _moment(name: str) -> datetime | None:
    return times.moment_in(name, request.form.get(name, ""))


@bp.post("/posts/<int:post_id>/end")
@login_required
def end_post(post_id: int) -> ResponseReturnValue:
    return _act(lambda desk: actions.end_post(desk, post_id), _ended, _back())


def _ended(vacant: int) -> str:
    if vacant:
        return gettext("已免去;%(n)s 项待办无人可办,已转为异常。", n=vacant)
    return gettext("已免去。")


@bp.post("/posts/<int:post_id>/pass")
@login_required
def pass_post(post_id: int) -> ResponseReturnValue:
    login = request.form.get("to", "")
    return _act(lambda desk: actions.pass_post(desk, post_id, login), lambda _made: gettext("岗位已转交。"), _back())


def _back() -> str:
    """The page one was on: of the person, or of the roles."""
    giver = request.form.get("hand_over", type=int)
    if giver:
        return url_for("hand_over.preview", giver_id=giver)
    person_id = request.form.get("person", type=int)
    return _of(person_id) if person_id else url_for("admin.roles")


@bp.get("/units")
@login_required
def units() -> str:
    return render_template("admin/units.html", units=queries.unit_tree(wiring.look(), me(), wiring.now()))


@bp.get("/roles")
@login_required
def roles() -> str:
    conn = wiring.look()
    found = queries.role_list(conn, me(), wiring.now())
    return render_template(
        "admin/roles.html",
        roles=found,
        units=queries.names(conn).by_id.values(),
        people=directory.colleagues(conn, me()),
    )


@bp.post("/roles")
@login_required
def appoint() -> ResponseReturnValue:
    form, until = request.form, None
    try:
        until = _moment("until")
    except Invalid as error:
        flash(in_language(error.fields["until"][0]), "danger")
        return redirect(url_for("admin.roles"), 303)
    login, role, unit = (form.get(name, "") for name in ("login", "role", "unit"))
    call = lambda desk: actions.give_post(desk, login, role, unit, None, until)  # noqa: E731
    return _act(call, lambda _made: gettext("已任职。"), url_for("admin.roles"))


@bp.get("/table")
@login_required
def table() -> str:
    queries.house_table(wiring.look(), me(), wiring.now())
    return render_template("admin/table.html", plan=None, error=None)


@bp.get("/table/<name>")
@login_required
def download(name: str) -> Response:
    """people.csv, units.csv, or both as house.xlsx."""
    rows = queries.house_table(wiring.look(), me(), wiring.now())
    if name == "house.xlsx":
        return times.table(xlsx_bytes(rows), name)
    for key, title in TITLES.items():
        if name == f"{key}.csv":
            return times.table(csv_bytes(rows[title.zh]), name)
    raise NotFound()


@bp.post("/table")
@login_required
def look() -> ResponseReturnValue:
    """What the uploaded table would change, and every fault with its cell; nothing is written."""
    file, office = request.files.get("table"), wiring.house().office
    try:
        if file is None or not file.filename:
            raise BadInput(NO_FILE)
        sha256, sheets = actions.keep_table(office, me(), cast(Any, file.stream))
    except QianfaError as error:
        if isinstance(error, NotAllowed):
            raise
        return render_template("admin/table.html", plan=None, error=error), error.status
    plan = make_plan(wiring.look(), sheets, me(), wiring.now())
    page = render_template("admin/table.html", plan=plan, sha256=sha256, tables=TABLES, titles=TITLES, error=None)
    return page, 422 if plan.blocked else 200


@bp.post("/table/apply")
@login_required
def apply() -> ResponseReturnValue:
    sheets = actions.table_of(wiring.house().office, me(), request.form.get("sha256", ""))

    def said(done: dict[str, int]) -> str:
        return gettext(
            "已导入:单位 %(units)s、人员 %(people)s、任职 %(given)s、免职 %(ended)s;%(vacant)s 项待办转为异常。", **done
        )

    try:
        flash(said(wiring.act(me().id, lambda desk: actions.import_people(desk, sheets))), "success")
    except (Conflict, actions.Blocked) as error:
        return render_template("admin/table.html", plan=None, error=error), error.status
    return redirect(url_for("admin.table"), 303)
