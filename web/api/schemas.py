"""The schemas of the JSON interface as data: what goes in, what comes out, and its errors."""

from typing import Any

from engine.messages import KINDS

Schema = dict[str, Any]

_KEY = r"^[\x21-\x7e]{1,100}$"
_SLUG = "^[a-z][a-z0-9-]{0,59}$"
_CODE = "^[a-z][a-z0-9_]{0,39}$"
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_ID: Schema = {"type": "integer", "minimum": 0, "maximum": 9223372036854775807}
_WORDS: Schema = {"type": "string", "minLength": 1, "maxLength": 2000}
_REVISION: Schema = {"type": "integer", "minimum": 0, "maximum": 2147483647}
_READ: Schema = _REVISION | {
    "description": "`revision` of the task as it was read, alone or in the list: every task has one, also where the "
    "case has no content. What changed meanwhile is not decided; it is 409."
}
_REMARK: Schema = {"type": "string", "maxLength": 2000}
_ANSWERS: Schema = {"type": "object", "maxProperties": 200, "description": "Answers by the keys of the form."}


def _object(required: dict[str, Schema], optional: dict[str, Schema] | None = None, *, closed: bool = True) -> Schema:
    schema: Schema = {"type": "object", "properties": {**required, **(optional or {})}}
    if required:
        schema["required"] = list(required)
    if closed:
        schema["additionalProperties"] = False
    return schema


def _answer(required: dict[str, Schema]) -> Schema:
    return _object(required, closed=False)


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_STRING: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_DATA: Schema = {"type": "object"}


def _logins(most: int) -> Schema:
    login = {"type": "string", "minLength": 1, "maxLength": 60}
    return {"type": "array", "minItems": 1, "maxItems": most, "items": login}


SCHEMAS: dict[str, Schema] = {
    "Anything": {"type": "object"},
    "Text": _object({"zh": _STRING, "en": _STRING}),
    "Error": _object(
        {"code": _STRING, "message": _STRING, "message_en": _STRING},
        {
            "fields": {"type": "object", "additionalProperties": _list(_ref("Text"))},
            "findings": _list(_ref("Finding")),
        },
    ),
    "Finding": _object(
        {
            "code": _STRING,
            "level": {"enum": ["error", "warning"]},
            "element": _STRING,
            "name": _STRING,
            "line": _or_null({"type": "integer"}),
            "zh": _STRING,
            "en": _STRING,
        }
    ),
    # what goes in
    "Start": _object({"procedure": {"type": "string", "pattern": _SLUG}, "answers": _ANSWERS}),
    "Claim": _object({}, {"revision": _REVISION}),
    "Decide": _object({"answers": _ANSWERS, "revision": _READ}),
    "Approve": _object(
        {
            "tasks": {
                "type": "array",
                "minItems": 1,
                "maxItems": 100,
                "items": _object({"id": _ID, "revision": _READ}),
            }
        },
        {"comment": {"type": "string", "maxLength": 2000}},
    ),
    "Return": _object(
        {"step": {"type": "string", "minLength": 1, "maxLength": 100}, "comment": _WORDS},
        {
            "revision": _REVISION,
            "resume": {**_FLAG, "description": "Done again beside the diagram, then straight back."},
        },
    ),
    "Transfer": _object(
        {"to": {"type": "string", "minLength": 1, "maxLength": 60}, "comment": _WORDS},
        {"revision": _REVISION},
    ),
    "AddSigner": _object(
        {"to": {"type": "string", "minLength": 1, "maxLength": 60}, "comment": _WORDS},
        {"revision": _REVISION},
    ),
    "ReadMessages": _object({}, {"ids": {"type": "array", "minItems": 1, "maxItems": 500, "items": _ID}, "until": _ID}),
    "RemoveSigner": _object(
        {"signer": {"type": "string", "minLength": 1, "maxLength": 60}, "comment": _WORDS},
        {"revision": _REVISION},
    ),
    "SignBefore": _object({"logins": _logins(20), "comment": _WORDS}, {"in_turn": _FLAG, "revision": _REVISION}),
    "SignAfter": _object(
        {"logins": _logins(20), "answers": _ANSWERS, "revision": _READ},
        {"comment": _REMARK, "in_turn": _FLAG},
    ),
    "Unask": _object({}, {"comment": _REMARK, "revision": _REVISION}),
    "Comment": _object({"comment": _WORDS}),
    "Nothing": _object({}),
    "Remark": _object({}, {"comment": _REMARK}),
    "Copy": _object({"logins": _logins(50)}, {"comment": _REMARK}),
    "Package": _object(
        {
            "files": {
                "type": "object",
                "description": "The files of the procedure's folder by name; texts, JSON files also as JSON.",
                "minProperties": 1,
                "maxProperties": 50,
                "additionalProperties": {"type": ["string", "object", "array"]},
            }
        }
    ),
    "PackageUpload": _object({"package": {"type": "string", "format": "binary", "description": "A zip."}}),
    "FileUpload": _object({"file": {"type": "string", "format": "binary"}}),
    # what comes out
    "Me": _answer(
        {
            "id": _ID,
            "login": _STRING,
            "name": _STRING,
            "language": _STRING,
            "unit": _answer({"code": _STRING, "name": _STRING}),
            "roles": _list(_STRING),
        }
    ),
    "Procedures": _answer(
        {"items": _list(_answer({"slug": _STRING, "title": _ref("Text"), "summary": _ref("Text"), "may_start": _FLAG}))}
    ),
    "Procedure": _answer(
        {
            "slug": _STRING,
            "title": _ref("Text"),
            "manifest": _DATA,
            "form": _DATA,
            "schema": _DATA,
        }
    ),
    "Published": _answer({"slug": _STRING, "no": _COUNT, "changed": _FLAG, "draft": _or_null(_ID)}),
    "Started": _answer({"case_id": _ID, "number": _STRING}),
    "Decided": _answer({"case_id": _ID, "number": _STRING, "state": _STRING, "next_steps": _list(_STRING)}),
    "Results": _answer(
        {
            "items": _list(
                _answer(
                    {
                        "task_id": _ID,
                        "done": _FLAG,
                        "number": _or_null(_STRING),
                        "code": _or_null(_STRING),
                        "text": {"anyOf": [_ref("Text"), {"type": "null"}]},
                    }
                )
            )
        }
    ),
    "Held": _answer({"revision": _COUNT}),
    "Done": _answer({"done": {"const": True}}),
    "Urged": _answer({"tasks": _COUNT}),
    "TaskRow": _answer(
        {
            "task_id": _or_null(_ID),
            "case_id": _ID,
            "number": _STRING,
            "title": _STRING,
            "procedure": _STRING,
            "state": _STRING,
            "revision": _or_null(_COUNT),
        }
    ),
    "Tasks": _answer(
        {
            "items": _list(_ref("TaskRow")),
            "more": _FLAG,
            "earlier": _FLAG,
            "first": _or_null(_STRING),
            "last": _or_null(_STRING),
            "page": _COUNT,
            "size": _COUNT,
        }
    ),
    "CaseRow": _answer(
        {"case_id": _ID, "version": _COUNT, "started_at": _MOMENT, "ended_at": _or_null(_MOMENT)}
        | dict.fromkeys(("number", "title", "procedure", "applicant", "unit", "state"), _STRING)
        | {"outcome": _or_null(_STRING), "stands": _list(_DATA)}
    ),
    "Cases": _answer(
        {"items": _list(_ref("CaseRow"))}
        | {"more": _FLAG, "earlier": _FLAG, "first": _or_null(_STRING), "last": _or_null(_STRING)}
    ),
    "Task": _answer(
        {
            "task_id": _ID,
            "case_id": _ID,
            "number": _STRING,
            "procedure": _STRING,
            "step": _STRING,
            "name": _STRING,
            "state": _STRING,
            "revision": _COUNT,
            "form": _DATA,
            "schema": _DATA,
            "data": _DATA,
            "held": _DATA,
            "allowed": _list(_STRING),
        }
    ),
    "Case": _answer(
        {
            "case_id": _ID,
            "number": _STRING,
            "title": _STRING,
            "procedure": _STRING,
            "state": _STRING,
            "revision": _COUNT,
            "allowed": _list(_STRING),
            "tasks": _list(_DATA),
            "path": _DATA,
            "masked": {"type": "boolean", "description": "Personal data is hidden: the reader only looks over."},
        }
    ),
    "Trail": _answer({"items": _list(_answer({"seq": _COUNT, "at": _MOMENT, "verb": _STRING}))}),
    "Sheet": _answer(
        {
            "code": {"type": "string", "description": "Verified at `address`, by anybody."},
            "address": _STRING,
            "sha256": {"type": "string", "description": "Of the PDF."},
            "pdf": {"type": "string", "contentEncoding": "base64", "contentMediaType": "application/pdf"},
        }
    ),
    "Day": _answer(
        {
            "day": {"type": "string", "format": "date"},
            "places": _COUNT,
            "free": _COUNT,
            "closed": _FLAG,
            "changed": _STRING,
            "articles": _list(
                _answer(
                    {
                        "place": _COUNT,
                        "urgent": _FLAG,
                        "confirmed": _FLAG,
                        "case_id": _or_null(_ID),
                        "number": _or_null(_STRING),
                        "title": _or_null(_STRING),
                    }
                )
            ),
        }
    ),
    "Channels": _answer(
        {
            "items": _list(
                _answer(
                    {
                        "code": _STRING,
                        "name": _ref("Text"),
                        "kind": _STRING,
                        "external": _FLAG,
                        "owner": _ref("Text"),
                        "operators": _list(_STRING),
                        "calendar": _or_null(_DATA),
                        "coming": _list(_ref("Day")),
                    }
                )
            )
        }
    ),
    "Slots": _answer({"code": _STRING, "month": _STRING, "days": _list(_ref("Day"))}),
    "Message": _answer(
        {
            "id": _ID,
            "kind": _STRING,
            "text": _ref("Text"),
            "case_id": _or_null(_ID),
            "task_id": _or_null(_ID),
            "over": _FLAG,
            "made_at": _MOMENT,
            "read": _FLAG,
        }
    ),
    "Messages": _answer({"items": _list(_ref("Message")), "page": _COUNT, "size": _COUNT, "more": _FLAG}),
    "Unread": _answer({"unread": {"type": "integer", "minimum": 0, "maximum": 100, "description": "100: or more"}}),
    "Read": _answer({"read": _COUNT}),
    "Line": _answer({"id": _ID}),
    "Lines": _answer(
        {
            "items": _list(_ref("Line")),
            "page": _COUNT,
            "more": _FLAG,
            "disposed_of": _COUNT
            | {"description": "Lines that stood there and were disposed of when their time was over"},
        }
    ),
    "Upload": _answer({"id": _ID, "sha256": _STRING, "name": _STRING, "size": _COUNT, "type": _STRING}),
}

FORMATS = ["csv", "xlsx", "xes", "ocel"]
REGISTERS = ["publications", "accounts", "platforms", "designations", "filings", "lendings", "materials"]
_BOXES = ["todo", "claimable", "done", "mine", "copied"]
_STATES = ["running", "incident", "suspended", "done", "rejected", "withdrawn", "cancelled"]
_PLACE: Schema = {"type": "string", "maxLength": 60}
_DAYS: Schema = {"type": "string", "maxLength": 30, "description": "`2026-11-01`, `2026-11-01..` or `..2026-11-30`."}
_FAMILIES = ["publishing", "accounts", "groups", "service", "security", "violations", "office"]
_QUERY: dict[str, Schema] = {
    "box": {"type": "string", "enum": _BOXES, "default": "todo"},
    "case": _ID,
    "procedure": {"type": "string", "pattern": _SLUG},
    "search": {"type": "string", "maxLength": 100},
    "sort": {"type": "string", "enum": ["-opened", "opened", "due", "late"], "default": "-opened"},
    "after": _PLACE | {"description": "From this place on: `last` of the page before."},
    "before": _PLACE | {"description": "Up to this place: `first` of the page behind."},
    "state": {"type": "string", "enum": _STATES},
    "applicant": {"type": "string", "maxLength": 100, "description": "A name or a login."},
    "unit": {"type": "string", "maxLength": 100, "description": "A name or a code."},
    "opened": _DAYS,
    "started": _DAYS,
    "overdue": {"type": "string", "enum": ["yes"]},
    "claimed": {"type": "string", "enum": ["yes", "no"]},
    "actor": {"type": "string", "maxLength": 100, "description": "Who acted on a step: a name or a login."},
    "channel": {"type": "string", "maxLength": 100, "description": "A name or a code."},
    "ended": _DAYS,
    "outcome": {"type": "string", "maxLength": 100, "description": "The end event that was reached."},
    "version": {"type": "string", "pattern": "^[0-9]{1,5}$"},
    "answers": {
        "type": "string",
        "maxLength": 1000,
        "description": "Answers of the procedure's form, as a query: `amount=1000..&category=1`.",
    },
    "month": {"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$"},
    "page": {"type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1},
    "size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    "name": {"type": "string", "minLength": 1, "maxLength": 255},
    "family": {"type": "string", "enum": _FAMILIES, "default": "office"},
    "show": {"type": "string", "maxLength": 20, "description": "One of the register's own words, such as overdue."},
    "kind": {"type": "string", "enum": list(KINDS)},
    "unread": {"type": "integer", "minimum": 0, "maximum": 1, "default": 0, "description": "1: unread ones alone"},
    "as_of": {"type": "string", "format": "date"},
}
PARAMETERS: dict[str, Schema] = {
    "id": {"name": "id", "in": "path", "required": True, "schema": _ID},
    "register": {
        "name": "register",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": REGISTERS},
    },
    "format": {"name": "format", "in": "path", "required": True, "schema": {"type": "string", "enum": FORMATS}},
    "slug": {"name": "slug", "in": "path", "required": True, "schema": {"type": "string", "pattern": _SLUG}},
    "code": {"name": "code", "in": "path", "required": True, "schema": {"type": "string", "pattern": _CODE}},
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key and request get the same answer; the same key and another request 409.",
        "schema": {"type": "string", "pattern": _KEY},
    },
    **{name: {"name": name, "in": "query", "schema": schema} for name, schema in _QUERY.items()},
}

_SAID = {
    400: "The request is malformed",
    401: "No token, or one that is not valid (any more)",
    403: "Not allowed",
    404: "Not found, or not yours to see",
    405: "This method does not exist here",
    409: "Somebody was faster, or the idempotency key was used for something else",
    413: "Too large",
    415: "Wrong content type",
    422: "Entries need correcting; see `fields`",
    429: "Too many requests",
    503: "Busy; nothing happened, try again",
}
ERRORS: dict[str, Schema] = {
    str(status): {"description": said, "content": {"application/json": {"schema": _ref("Error")}}}
    for status, said in _SAID.items()
}
