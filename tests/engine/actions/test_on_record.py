"""Administration is on record: no action changes anything for others without a line that says who, what and how."""

import ast
import inspect
import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import models
from engine import actions
from models import trail
from tests.support.story import Story

ADMIN = "tian.ye"
ROOT = Path(__file__).resolve().parents[3]

# Every action, with the verbs it leaves in the trail.
WRITES: dict[str, str] = {
    "add_field": "save_procedure_draft",
    "add_signer": "add_signer",
    "answer_outside": "outside_answer",
    "appoint_stand_in": "appoint_stand_in",
    "approve_batch": "decide",
    "approve_repair": "repair",
    "approve_seen": "decide",
    "ask_check": "check_cases",
    "ask_outside": "outside_ask",
    "ask_repair": "repair_ask",
    "begin_blank": "open_procedure_draft",
    "begin_by_wizard": "open_procedure_draft",
    "cancel": "cancel",
    "change_field": "save_procedure_draft",
    "change_password": "change_password",
    "claim": "claim",
    "clear_workday": "clear_workday",
    "comment": "comment",
    "copy": "copy",
    "copy_procedure": "open_procedure_draft",
    "create_token": "create_token",
    "decide": "decide",
    "delegate": "delegate",
    "delete_form": "save_procedure_draft",
    "disable_person": "disable_person",
    "drop_draft": "drop_procedure_draft",
    "drop_view": "drop_view",
    "enable_person": "enable_person",
    "end_other_sessions": "end_other_sessions",
    "end_post": "end_post",
    "end_session": "end_session",
    "end_stand_in": "end_stand_in",
    "enter_code": "outside_open",
    "give_post": "give_post",
    "hand_back": "hand_back",
    "hand_in": "submit_release",
    "hand_over": "hand_over",
    "import_draft": "open_procedure_draft",
    "import_into": "save_procedure_draft",
    "import_people": "import_people",
    "keep_time": "late",
    "keep_view": "keep_view",
    "knock": "outside_refused",
    "limit_fields": "save_procedure_draft",
    "make_reset_link": "make_reset_link",
    "migrate_case": "migrate",
    "migrate_case_back": "migrate_back",
    "move_field": "save_procedure_draft",
    "new_draft": "open_procedure_draft",
    "new_form": "save_procedure_draft",
    "new_table": "save_procedure_draft",
    "note_installation": "set_installation",
    "open_draft": "open_procedure_draft",
    "pass_post": "end_post",
    "print_sheet": "print",
    "publish": "publish",
    "put_back": "put_back",
    "put_into_force": "put_into_force",
    "recall": "recall",
    "refuse_release": "refuse_release",
    "refuse_repair": "repair_refuse",
    "reinstate_version": "open_procedure_draft",
    "release": "release_procedure",
    "remove_field": "save_procedure_draft",
    "remove_signer": "remove_signer",
    "remove_table": "save_procedure_draft",
    "resume": "resume",
    "retry": "retry",
    "return_to": "return",
    "revoke_outside": "outside_revoke",
    "save_procedure_draft": "save_procedure_draft",
    "save_table": "save_procedure_draft",
    "set_language": "change_profile",
    "set_messages": "message_settings",
    "set_office_hours": "set_office_hours",
    "set_profile": "change_profile",
    "set_rights": "save_procedure_draft",
    "set_workday": "set_workday",
    "show_password": "read_secret",
    "sign_after": "sign_after",
    "sign_before": "sign_before",
    "sign_in": "sign_in",
    "sign_out": "sign_out",
    "start": "start",
    "start_migration": "migrate_cases",
    "submit_release": "submit_release",
    "suspend": "suspend",
    "take_back": "take_back",
    "transfer": "transfer",
    "unask": "unask",
    "undo_migration": "undo_migration",
    "urge": "urge",
    "use_reset_link": "reset_password",
    "wake": "wake",
    "withdraw": "withdraw",
    "withdraw_release": "withdraw_release",
    "withdraw_repair": "repair_withdraw",
}
# Those that pages and jobs take from their module.
BESIDE: dict[str, str] = {
    "bundles.ask_bundle": "ask_bundle",
    "close_period.close_period": "close_period",
    "dispose_account.dispose_account": "dispose_account",
    "dispose_case.dispose_case": "dispose",
    "disposals.ask_disposal": "ask_disposal",
    "disposals.decide_disposal": "decide_disposal",
    "export_cases.note_export": "export",
    "export_cases.note_report": "export",
    "holds.ask_lift": "ask_lift_hold",
    "holds.lift_hold": "lift_hold",
    "holds.put_hold": "hold",
    "take_package.take_kept_account": "take_package",
    "take_package.take_kept_package": "take_package",
    "take_package.take_package": "take_package",
}
# These are lines of the chain of reads, which the trail covers by `link_reads`.
READS = {"put_each_on_record", "put_on_record", "read", "unmask"}
# These only look, or keep what concerns nobody else: a draft, what one has read, a file that no case has yet, an
# export that waits (it is on record when it is made).
QUIET = {
    "acting",
    "ask_dry_run",
    "ask_export",
    "cancel_export",
    "check_reset_link",
    "download",
    "draft_time",
    "due_cases",
    "due_tasks",
    "is_opened",
    "keep_lived",
    "keep_table",
    "keep_try",
    "kept_for_draft",
    "load_draft",
    "mark_opened",
    "mark_read",
    "plan_migration",
    "press",
    "preview_moves",
    "prove_draft",
    "read_messages",
    "read_messages_of",
    "ready_password",
    "receive",
    "save_draft",
    "sharing",
    "table_of",
    "tell_receivers",
    "token_digest",
    "upload",
}


WITHIN = ("engine.actions", "engine.releasing")


@cache
def module(name: str) -> tuple[dict[str, ast.AST], dict[str, tuple[str, str]]]:
    """The functions, classes and constants of a module of the engine by name, and where its imports come from."""
    path = ROOT / (name.replace(".", "/") + ".py")
    path = path if path.exists() else ROOT / name.replace(".", "/") / "__init__.py"
    made: dict[str, ast.AST] = {}
    taken: dict[str, tuple[str, str]] = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            made[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            made |= {one.id: node for one in targets if isinstance(one, ast.Name)}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("engine"):
            taken |= {one.asname or one.name: (node.module or "", one.name) for one in node.names}
    return made, taken


def reached(name: str, function: str) -> Iterator[tuple[str, ast.AST]]:
    """Everything a function leads to within actions and releasing, itself first."""
    seen, queue = set[tuple[str, str]](), [(name, function)]
    while queue:
        where = queue.pop()
        made, taken = module(where[0])
        if where in seen:
            continue
        seen.add(where)
        if where[1] not in made:
            queue += [taken[where[1]]] if where[1] in taken else []
            continue
        yield where[0], made[where[1]]
        names = {one.id for one in ast.walk(made[where[1]]) if isinstance(one, ast.Name)}
        queue += [(where[0], one) for one in names if one in made]
        queue += [taken[one] for one in names if one in taken and taken[one][0].startswith(WITHIN)]


def notes(name: str, function: str) -> set[str]:
    """The words among what a function leads to, if any of it writes a line of the trail."""
    words, writes = set[str](), False
    for _, node in reached(name, function):
        for one in ast.walk(node):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                words.add(one.value)
            called = one.func if isinstance(one, ast.Call) else None
            writes |= isinstance(called, ast.Name) and called.id in ("Entry", "house")
            writes |= isinstance(called, ast.Attribute) and called.attr == "note"
    return words if writes else set()


def test_every_action_leaves_a_line_or_is_known_to_concern_nobody_else():
    functions = {name for name in actions.__all__ if inspect.isfunction(getattr(actions, name))}
    assert functions == WRITES.keys() | QUIET | READS, "say in this file what the new action writes"
    assert not WRITES.keys() & (QUIET | READS)
    told = {(getattr(actions, name).__module__, getattr(actions, name).__name__): verb for name, verb in WRITES.items()}
    told |= {
        ("engine.actions." + name.partition(".")[0], name.partition(".")[2]): verb for name, verb in BESIDE.items()
    }
    assert [where for where, verb in told.items() if verb not in notes(*where)] == []
    known = module("engine.actions.read")[0]
    records = {known["_ADD"], known["read_each"]}  # what adds a read, and many
    led = {name: [node for _, node in reached(getattr(actions, name).__module__, name)] for name in READS}
    assert [name for name, nodes in led.items() if records.isdisjoint(nodes)] == []


def test_each_act_of_an_administrator_says_who_what_before_and_after(sqlite, tmp_path):
    engine = sqlite.engine()
    story = Story(engine, tmp_path)
    with models.reading(engine) as conn:
        last = conn.execute(sa.select(sa.func.max(trail.c.id))).scalar_one()

    def lines() -> list[Any]:
        nonlocal last
        rows = story.read(sa.select(trail).where(trail.c.id > last, trail.c.chain == 0).order_by(trail.c.id))
        last = rows[-1].id if rows else last
        return [(row.actor_id, row.verb, json.loads(row.facts)) for row in rows]

    admin, lin = story.id_of(ADMIN), story.id_of("lin.xia")
    until = story.now + timedelta(days=30)
    post = story.act(ADMIN, lambda desk: actions.give_post(desk, "lin.xia", "text_editor", "SALES", None, until))
    story.now += timedelta(hours=1)
    story.act(ADMIN, lambda desk: actions.end_post(desk, post))
    (_, given, first), (by, ended, facts) = lines()
    assert (given, first["until"], ended, by) == ("give_post", until.isoformat(), "end_post", admin)
    assert facts["before"] == {"since": first["since"], "until": until.isoformat()}
    assert facts["after"] == {"since": first["since"], "until": story.now.isoformat()}

    with models.writing(engine) as conn:
        actions.create_token(conn, "lin.xia", "报表", 3, story.now)
    story.act(ADMIN, lambda desk: actions.disable_person(desk, lin))
    disabled = story.now
    story.now += timedelta(hours=1)
    story.act(ADMIN, lambda desk: actions.enable_person(desk, lin))
    token, (_, off, gone), (_, on, back) = lines()
    assert token[2]["until"] == (disabled + timedelta(days=3)).isoformat()
    assert (off, gone["before"]["tokens"], gone["before"]["disabled_at"]) == ("disable_person", ["报表"], None)
    assert "unit_info_officer@SALES" in gone["before"]["posts"]
    assert (on, back["before"], back["after"]) == (
        "enable_person",
        {"disabled_at": disabled.isoformat()},
        {"disabled_at": None},
    )

    day = date(2026, 12, 5)
    for working in (True, False):
        story.act(ADMIN, lambda desk, working=working: actions.set_workday(desk, "SALES", day, working, "盘点"))
    story.act(ADMIN, lambda desk: actions.clear_workday(desk, "SALES", day))
    story.act(ADMIN, lambda desk: actions.set_office_hours(desk, "SALES", {"every": "08:00-12:00"}))
    story.act(ADMIN, lambda desk: actions.set_office_hours(desk, "SALES", {}))
    works, not_works, hours = (
        {"working": True, "reason": "盘点"},
        {"working": False, "reason": "盘点"},
        {"every": [["08:00", "12:00"]]},
    )
    assert [(verb, facts["before"], facts["after"]) for _, verb, facts in lines()] == [
        ("set_workday", None, works), ("set_workday", works, not_works), ("clear_workday", not_works, None),
        ("set_office_hours", None, hours), ("clear_office_hours", hours, None),
    ]  # fmt: skip

    settings = {"webhook": "example.com", "smtp": None}
    for wanted in (settings, settings, settings | {"webhook": None}):
        with models.writing(engine) as conn:
            actions.note_installation(conn, wanted, story.now)
    first, second = lines()
    assert first[2]["after"]["webhook"] == "example.com" and any(one.startswith("rules/") for one in first[2]["after"])
    assert (second[1], second[2]["before"], second[2]["after"]) == (
        "set_installation", {"webhook": "example.com"}, {"webhook": None},
    )  # fmt: skip
    engine.dispose()
