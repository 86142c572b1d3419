"""What each operation of `/api/v1` answers: one action or one query, as plain JSON."""

from base64 import b64encode
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, send_file

from engine import actions, queries
from engine.desk import Desk
from engine.procedures.forms import Form
from engine.text import Text
from web import wiring
from web.api.audited import audit_cases, audit_export  # noqa: F401 - found here by their names
from web.api.call import Call

Json = dict[str, Any]
DONE: Json = {"done": True}
NOTE = Text("通过接口提交", "Handed in through the interface")


def openapi() -> Response:
    from web.api.openapi import document_bytes

    return Response(document_bytes(), content_type="application/json")


def me(call: Call) -> Json:
    person = call.person
    return {
        "id": person.id,
        "login": person.login,
        "name": person.name,
        "language": person.language,
        "unit": {"code": person.unit, "name": person.unit_name},
        "roles": sorted(person.roles),
        "counts": queries.counts(wiring.look(), person),
    }


def procedures(call: Call) -> Json:
    return {"items": [_entry(one) for one in queries.catalogue(wiring.look(), call.person).entries]}


def _entry(entry: queries.Entry) -> Json:
    return {
        "slug": entry.slug,
        "family": entry.family,
        "title": entry.title,
        "summary": entry.summary,
        "may_start": entry.may_start,
    }


def procedure(call: Call) -> Json:
    found = queries.procedure(wiring.look(), call.person, call.where["slug"])
    version = found.version
    step = queries.first_step(version)
    form = version.form_at(version.properties(step)) if step else None
    return {
        **_entry(found.entry),
        "no": version.no,
        "manifest": {name: version.manifest[name] for name in _MANIFEST if name in version.manifest},
        **_form(form),
    }


_MANIFEST = "owner starters number retention_years clauses defaults switches".split()


def _form(form: Form | None) -> Json:
    """The questions of a step as form-js draws them and as a JSON Schema of the answers."""
    if form is None:
        return {"form": {}, "schema": {}}
    return {"form": form.schema, "schema": form.json_schema}


def publish_procedure(call: Call, desk: Desk) -> Json:
    """A draft that waits for a second person: nobody publishes alone."""
    files, family = call.body
    done = actions.hand_in(desk, files, family, NOTE.in_language(call.person.language))
    return {"slug": done.slug, "no": done.no, "changed": done.changed, "draft": done.draft}


def start_case(call: Call, desk: Desk) -> Json:
    started = actions.start(desk, call.body["procedure"], call.body["answers"])
    return {"case_id": started.case_id, "number": started.number}


_CASE = (
    "number title state outcome revision procedure applicant applicant_unit started_at ended_at allowed ahead "
    "path copies comments incidents files masked"
).split()


def case(call: Call) -> Json:
    view = queries.case_view(wiring.look(), call.person, call.id, wiring.now())
    _opened(call, view.id, "case", view.revisions[-1].no if view.revisions else 0)
    return {
        "case_id": view.id,
        **{name: getattr(view, name) for name in _CASE},
        "tasks": view.waiting,
        "contents": view.revisions,
    }


def case_trail(call: Call) -> Json:
    found = queries.timeline(wiring.look(), call.person, call.id)
    _opened(call, call.id, "trail")
    return {"items": found}


def _opened(call: Call, case_id: int, page: str, revision: int | None = None) -> None:
    wiring.on_record(call.person, case_id, "opened", page=page, revision=revision, api=True)


def case_diagram(call: Call) -> Response:
    view = queries.case_view(wiring.look(), call.person, call.id, wiring.now())
    xml = queries.drawing(view.version, None)
    return Response(xml, content_type="application/xml; charset=utf-8")


def withdraw_case(call: Call, desk: Desk) -> Json:
    actions.withdraw(desk, call.id, call.body["comment"])
    return DONE


def cancel_case(call: Call, desk: Desk) -> Json:
    actions.cancel(desk, call.id, call.body["comment"])
    return DONE


def comment_case(call: Call, desk: Desk) -> Json:
    actions.comment(desk, call.id, call.body["comment"])
    return DONE


def copy_case(call: Call, desk: Desk) -> Json:
    actions.copy(desk, call.id, call.body["logins"], call.body.get("comment", ""))
    return DONE


def recall_case(call: Call, desk: Desk) -> Json:
    return _decided(actions.recall(desk, call.id))


def urge_case(call: Call, desk: Desk) -> Json:
    return {"tasks": actions.urge(desk, call.id, call.body.get("comment", ""))}


def suspend_case(call: Call, desk: Desk) -> Json:
    actions.suspend(desk, call.id, call.body["comment"])
    return DONE


def resume_case(call: Call, desk: Desk) -> Json:
    actions.resume(desk, call.id, call.body.get("comment", ""))
    return DONE


def print_case(call: Call, desk: Desk) -> Json:
    """The body is the sheet, set before the transaction began."""
    printed: actions.Printed = call.body
    actions.print_sheet(desk, printed)
    pdf = b64encode(printed.pdf).decode()
    return {"code": printed.code, "address": printed.address, "sha256": printed.sha256, "pdf": pdf}


def tasks(call: Call) -> Json:
    asked = dict(call.query)
    more = {name: asked.pop(name) for name in ("case", "page", "size") if name in asked}
    box, answers = asked.pop("box", "todo"), parse_qsl(asked.pop("answers", ""))
    query = queries.address(asked | {f"f.{key}": text for key, text in answers})
    found = queries.inbox(
        wiring.look(), call.person, queries.list_wanted(wiring.look(), box, query, wiring.now(), **more)
    )
    return {name: getattr(found, name) for name in ("items", "page", "size", "more", "earlier", "first", "last")}


def approve_tasks(call: Call, key: str | None) -> Json:
    """Each task in a transaction of its own; a key makes a second sending harmless."""
    there = wiring.house()
    tasks = [(one["id"], one["revision"]) for one in call.body["tasks"]]
    said = call.body.get("comment", "").strip()
    results = actions.approve_batch(there.engine, there.office, call.person.id, tasks, said, now=wiring.now(), key=key)
    return {"items": [{**asdict(one), "done": one.done} for one in results]}


_TASK = (
    "case_id number title case_state procedure step name state kind revision opened_at due_at late assignee "
    "asked parent_id applicant applicant_unit content_no content_sha256 allowed barred_by acting_for clauses masked"
).split()


def task(call: Call) -> Json:
    view = queries.task_view(wiring.look(), call.person, call.id, wiring.now())
    _opened(call, view.case_id, "task", view.content_no)
    return {
        "task_id": view.id,
        **{name: getattr(view, name) for name in _TASK},
        **_form(view.form),
        "data": view.content,
        "held": view.held,
    }


def claim_task(call: Call, desk: Desk) -> Json:
    return {"revision": actions.claim(desk, call.id, call.body.get("revision"))}


def put_back_task(call: Call, desk: Desk) -> Json:
    return {"revision": actions.put_back(desk, call.id, call.body.get("revision"))}


def decide_task(call: Call, desk: Desk) -> Json:
    return _decided(actions.decide(desk, call.id, call.body["answers"], call.body["revision"]))


def _decided(done: actions.Done) -> Json:
    return {
        "case_id": done.case_id,
        "number": done.number,
        "state": done.state,
        "next_steps": done.next_steps,
    }


def return_task(call: Call, desk: Desk) -> Json:
    asked = call.body
    resume = asked.get("resume", False)
    return _decided(
        actions.return_to(desk, call.id, asked["step"], asked["comment"], asked.get("revision"), resume=resume)
    )


def transfer_task(call: Call, desk: Desk) -> Json:
    asked = call.body
    return {"revision": actions.transfer(desk, call.id, asked["to"], asked["comment"], asked.get("revision"))}


def messages(call: Call) -> Json:
    asked = call.query
    found = queries.messages(
        wiring.look(),
        call.person,
        asked.get("kind"),
        bool(asked.get("unread")),
        asked.get("page", 1),
        asked.get("size", 20),
    )
    return {"items": found.items, "page": found.page, "size": found.size, "more": found.more}


def message_count(call: Call) -> Json:
    return {"unread": queries.counts(wiring.look(), call.person)["messages"]}


def read_messages(call: Call, desk: Desk) -> Json:
    return {"read": actions.read_messages(desk, call.body.get("ids", []), call.body.get("until"))}


def add_signer(call: Call, desk: Desk) -> Json:
    asked = call.body
    return _decided(actions.add_signer(desk, call.id, asked["to"], asked["comment"], asked.get("revision")))


def remove_signer(call: Call, desk: Desk) -> Json:
    asked = call.body
    return _decided(actions.remove_signer(desk, call.id, asked["signer"], asked["comment"], asked.get("revision")))


def delegate_task(call: Call, desk: Desk) -> Json:
    asked = call.body
    return {"revision": actions.delegate(desk, call.id, asked["to"], asked["comment"], asked.get("revision"))}


def sign_before_task(call: Call, desk: Desk) -> Json:
    asked = call.body
    more = {"in_turn": asked.get("in_turn", False), "revision": asked.get("revision")}
    return {"revision": actions.sign_before(desk, call.id, asked["logins"], asked["comment"], **more)}


def sign_after_task(call: Call, desk: Desk) -> Json:
    asked = call.body
    more = {"in_turn": asked.get("in_turn", False), "revision": asked["revision"]}
    done = actions.sign_after(desk, call.id, asked["answers"], asked["logins"], asked.get("comment", ""), **more)
    return {"revision": done}


def unask_task(call: Call, desk: Desk) -> Json:
    asked = call.body
    return {"revision": actions.unask(desk, call.id, asked.get("comment", ""), asked.get("revision"))}


_CHANNEL = "code name kind external owner operators".split()
_CALENDAR = "least most per_month lead count changes clauses default".split()
_DAY = "day places free closed changed articles".split()


def channels(call: Call) -> Json:
    found = queries.channel_list(wiring.look(), call.person, wiring.now())
    return {"items": [_channel(one.channel) | {"coming": _days(one.coming)} for one in found]}


def _channel(channel: queries.Channel) -> Json:
    plan = channel.plan
    calendar = plan and {
        "words": channel.words,
        "window": [f"{one:%H:%M}" for one in plan.window] if plan.window else None,
        **{name: getattr(plan, name) for name in _CALENDAR},
    }
    return {**{name: getattr(channel, name) for name in _CHANNEL}, "calendar": calendar}


def _days(days: list[queries.Day]) -> list[Json]:
    return [{name: getattr(day, name) for name in _DAY} for day in days]


def channel_slots(call: Call) -> Json:
    wanted = call.query.get("month")
    first = date.fromisoformat(f"{wanted}-01") if wanted else None
    found = queries.channel_month(wiring.look(), call.person, call.where["code"], first, wiring.now())
    return {"code": found.channel.code, "month": f"{found.first:%Y-%m}", "days": _days(found.days)}


def upload(call: Call, desk: Desk) -> Json:
    found: Json = actions.upload(desk, call.body)
    return found


def download(call: Call) -> Response:
    """The file, always as something to save, never as something to show."""
    row = actions.download(Desk(wiring.look(), call.person, wiring.now(), wiring.house().office), call.id)
    if row.case_id is not None:
        wiring.on_record(call.person, row.case_id, "downloaded", file=row.name, sha256=row.sha256, api=True)
    response = send_file(
        wiring.house().office.blobs.path(row.sha256),
        "application/octet-stream",
        as_attachment=True,
        download_name=row.name,
        etag=row.sha256,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def register(call: Call) -> Json:
    """The lines of a register; a word or a day that it does not know shifts nothing."""
    asked, name = call.query, call.where["register"]
    register = queries.REGISTERS[name]
    wanted = queries.Asked(
        wiring.now(),
        asked.get("page", 1),
        asked.get("search"),
        asked["show"] if asked.get("show") in register.shows else "",
        date.fromisoformat(asked["as_of"]) if "as_of" in asked and register.dated else None,
    )
    items, more = register.list(wiring.look(), call.person, wanted)
    gone = queries.gone_lines(wiring.look(), call.person, name, wanted)
    return {"items": items, "page": wanted.page, "more": more, "disposed_of": gone}


def register_entry(call: Call) -> Json:
    found = queries.REGISTERS[call.where["register"]]
    entry: Json = found.entry(wiring.look(), call.person, call.id, queries.Asked(wiring.now()))
    return entry
