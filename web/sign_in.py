"""The sign-in form: where it leads afterwards, what it carries along, whom it offers in the demonstration."""

from itertools import groupby

from flask import render_template, request, url_for

from engine.actions.found import DEMO_PASSWORD
from engine.errors import QianfaError
from engine.queries import directory
from web import wiring
from web.security import is_own_address


def next_page() -> str:
    """Where to go after signing in; anything that leaves this house leads to the inbox."""
    target = request.values.get("next", "")
    return target if is_own_address(target) else url_for("inbox.todo")


def sign_in_form(error: QianfaError | None = None, kept: str = "", after: str | None = None) -> str:
    """`kept` is the seal on what was typed before the session ended, `after` where one was."""
    people = directory.cast(wiring.look(), wiring.now()) if wiring.house().config.demo else []
    return render_template(
        "account/sign_in.html",
        error=error,
        stash=kept,
        cast=[(organisation, list(group)) for organisation, group in groupby(people, lambda one: one.organisation)],
        password=DEMO_PASSWORD,
        next=after or next_page(),
    )
