"""What the operations of the audit answer: all cases of one's scope, as a page and as a file."""

from typing import Any
from urllib.parse import parse_qsl

from flask import Response

from engine import queries
from engine.exporting import export_now
from engine.queries.audit.cases import audit_cases as all_cases
from web import wiring
from web.api.call import Call
from web.api.limit import Brake
from web.taken import sent

Json = dict[str, Any]


def audit_cases(call: Call) -> Json:
    more = {"size": call.query["size"]} if "size" in call.query else {}
    wanted = queries.list_wanted(wiring.look(), queries.AUDIT, _all_asked(call), wiring.now(), **more)
    found = all_cases(wiring.look(), call.person, wanted, wiring.now())
    told = {name: getattr(found, name) for name in ("more", "earlier", "first", "last")}
    return told | {
        "items": [{"case_id": one.id, **{name: getattr(one, name) for name in _CASE_ROW}} for one in found.items]
    }


_CASE_ROW = "number title procedure version applicant unit state outcome started_at ended_at stands".split()


def _all_asked(call: Call) -> dict[str, str]:
    asked = {name: text for name, text in call.query.items() if name not in ("size", "answers")}
    answers = parse_qsl(call.query.get("answers", ""))
    return queries.address(asked | {f"f.{key}": text for key, text in answers})


def audit_export(call: Call) -> Response:
    """The file, on record before its first byte leaves."""
    exports.pass_(str(call.person.id))
    there, format = wiring.house(), call.where["format"]
    wiring.close_look()
    return sent(export_now(there.engine, there.office, call.person.id, _all_asked(call), format, wiring.now()), format)


exports = Brake(20)  # a minute and person
