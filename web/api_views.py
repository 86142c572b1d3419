"""What each operation of `/api/v1` answers: one action or one query, as plain JSON."""

from dataclasses import dataclass
from typing import Any

from flask import Response, send_file

from engine import actions, queries
from engine.desk import Desk
from engine.people import Person
from web import wiring


@dataclass(frozen=True)
class Call:
    """A checked request."""

    person: Person
    where: dict[str, Any]  # what the path names
    query: dict[str, Any]
    body: Any = None

    @property
    def id(self) -> int:
        found: int = self.where["id"]
        return found


Json = dict[str, Any]
DONE: Json = {"done": True}


def openapi() -> Response:
    from web.openapi import document_bytes

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
        "counts": queries.counts(wiring.look(), person, wiring.now()),
    }


def procedures(call: Call) -> Json:
    return {"items": queries.catalogue(wiring.look(), call.person, wiring.now())}


def procedure(call: Call) -> Json:
    return queries.start_view(wiring.look(), call.person, call.where["slug"], wiring.now())


def publish_procedure(call: Call, desk: Desk) -> Json:
    published = actions.publish(desk, call.body)
    return {"slug": published.slug, "no": published.no, "changed": published.changed}


def start_case(call: Call, desk: Desk) -> Json:
    started = actions.start(desk, call.body["procedure"], call.body["answers"])
    return {"case_id": started.case_id, "number": started.number}


def case(call: Call) -> Json:
    return queries.case_view(wiring.look(), call.person, call.id, wiring.now())


def case_trail(call: Call) -> Json:
    return {"items": queries.case_trail(wiring.look(), call.person, call.id)}


def case_diagram(call: Call) -> Response:
    xml = queries.diagram(wiring.look(), call.person, call.id)
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
    actions.copy(desk, call.id, call.body["logins"])
    return DONE


def tasks(call: Call) -> Json:
    asked = {"box": "todo", "page": 1, "size": 20, **call.query}
    found = queries.inbox(wiring.look(), call.person, **asked, now=wiring.now())
    return {
        "items": found.items,
        "total": found.total,
        "more": found.more,
        "page": found.page,
        "size": found.size,
    }


def task(call: Call) -> Json:
    return queries.task_view(wiring.look(), call.person, call.id, wiring.now())


def claim_task(call: Call, desk: Desk) -> Json:
    return {"revision": actions.claim(desk, call.id, call.body.get("revision"))}


def put_back_task(call: Call, desk: Desk) -> Json:
    return {"revision": actions.put_back(desk, call.id, call.body.get("revision"))}


def decide_task(call: Call, desk: Desk) -> Json:
    return _decided(actions.decide(desk, call.id, call.body["answers"], call.body.get("revision")))


def _decided(done: actions.Done) -> Json:
    return {
        "case_id": done.case_id,
        "number": done.number,
        "state": done.state,
        "next_steps": done.next_steps,
    }


def return_task(call: Call, desk: Desk) -> Json:
    asked = call.body
    return _decided(actions.return_to(desk, call.id, asked["step"], asked["comment"], asked.get("revision")))


def transfer_task(call: Call, desk: Desk) -> Json:
    asked = call.body
    return {"revision": actions.transfer(desk, call.id, asked["to"], asked["comment"], asked.get("revision"))}


def upload(call: Call, desk: Desk) -> Json:
    found: Json = actions.upload(desk, *call.body)
    return found


def download(call: Call) -> Response:
    """The file, always as something to save, never as something to show."""
    row = actions.download(Desk(wiring.look(), call.person, wiring.now(), wiring.house().office), call.id)
    response = send_file(
        wiring.house().office.blobs.path(row.sha256),
        "application/octet-stream",
        as_attachment=True,
        download_name=row.name,
        etag=row.sha256,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
