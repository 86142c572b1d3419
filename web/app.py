"""Puts the application together: every part of the pages over one house."""

from typing import Any
from uuid import uuid4

from flask import Flask, request

from engine.queries.rules import named_by
from engine.rules.in_words import in_words
from web import (
    account,
    acts,
    admin,
    assets,
    audit,
    cases,
    catalogue,
    channels,
    errors,
    hand_over,
    health,
    inbox,
    language,
    lists,
    live,
    messages,
    outside,
    paper,
    posted,
    profile,
    registers,
    repairs,
    reset,
    stand_ins,
    studio,
    uploads,
    wiring,
    workdays,
    writing,
)
from web.config import Config
from web.security import csrf, protect
from web.sessions import keep_sessions, person_or_none

PAGES = (
    account, acts, admin, audit, inbox, lists, catalogue, cases, channels, hand_over, health, messages, outside, paper,
    profile, registers, repairs, reset, stand_ins, studio, uploads, workdays, writing,
)  # fmt: skip


def create_app(config: Config | None = None) -> Flask:
    """One process's application over one house."""
    from web import api  # the only import the other way round: its blueprint stands on our wiring

    config = config or Config.from_env()
    app = Flask("web")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    wiring.move_in(app, config)
    protect(app, config)
    keep_sessions(app)
    language.speak(app)
    errors.answer_errors(app)
    for module in (*PAGES, api):
        app.register_blueprint(module.bp)
    csrf.exempt(api.bp)
    app.context_processor(common)
    app.add_template_filter(posted.rules)
    app.add_template_global(writing.draft_time)
    app.add_template_filter(in_words)
    app.add_template_filter(named_by, "rule_names")
    return app


def common() -> dict[str, Any]:
    """What every page needs: who reads it, how much waits, its language and colours."""
    me = person_or_none()
    theme = request.cookies.get("theme", "")
    return {
        "me": me,
        "counts": live.counts() if me else {},
        "tag": live.tag,
        "language": language.language(),
        "page_language": language.page_language(),
        "theme": theme if theme in ("light", "dark") else "auto",
        "asset": assets.asset,
        "new_key": lambda: uuid4().hex,
        "now": wiring.now(),
    }
