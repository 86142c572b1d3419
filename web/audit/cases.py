"""全部申请: every case within one's scope."""

from flask_login import login_required

from web.audit.blueprint import bp, page, scope


@bp.get("/")
@login_required
def index() -> str:
    return page("audit/cases.html", "audit.index", scope=scope())
