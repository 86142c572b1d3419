"""五分钟做出第一个流程: a short guide for somebody who never drew a procedure."""

from flask import render_template
from flask_login import login_required

from web.studio.blueprint import bp


@bp.get("/guide")
@login_required
def guide() -> str:
    return render_template("studio/guide.html")
