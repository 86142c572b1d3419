"""Reads the bodies of the interface before any transaction begins: JSON, files and packages."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import orjson
from flask import request

from engine import actions, queries
from engine.errors import BadInput, QianfaError, TooLarge
from engine.policy import check_house
from engine.rules.media import FileFacts
from engine.text import Text
from web import wiring
from web.api.call import Call
from web.api.check import check
from web.api.json import read
from web.api.limit import Brake
from web.api.operation import Operation

MAX_JSON = 1_000_000
MAX_PACKAGE = 10_000_000

Body = tuple[Any, str]  # what the view gets, and the SHA-256 of what was sent


class WrongType(QianfaError):
    code = "wrong_type"
    status = 415
    message = Text("请求体须为 {wanted}。", "The body must be {wanted}.")


_NO_FILE = Text("缺少文件「{name}」。", "The file “{name}” is missing.")


@contextmanager
def json_body(operation: Operation, _call: Call) -> Iterator[Body]:
    """A checked JSON body; none at all where the operation needs nothing."""
    data = _bytes(MAX_JSON)
    if not data and operation.optional_body:
        yield {}, ""
        return
    if request.mimetype != "application/json":
        raise WrongType(wanted="application/json")
    value = read(data)
    assert operation.body_validator is not None
    check(operation.body_validator, value)
    yield value, hashlib.sha256(data).hexdigest()


def _bytes(limit: int) -> bytes:
    """The whole body; one byte more is asked for, because a body without a length is cut at the limit."""
    request.max_content_length = limit + 1
    data = request.get_data(cache=False)
    if len(data) > limit:
        raise TooLarge(limit=f"{limit // 1_000_000} MB")
    return data


@contextmanager
def file_body(_operation: Operation, call: Call) -> Iterator[Body]:
    """An uploaded file, stored and looked at before any transaction begins."""
    if request.mimetype == "multipart/form-data":
        given = request.files.get("file")
        if given is None:
            raise BadInput(_NO_FILE, name="file")
        received = _receive(given.stream, given.filename or call.query.get("name") or "file")
        yield received, received.sha256
    elif request.mimetype == "application/octet-stream":
        received = _receive(request.stream, call.query.get("name", "file"))
        yield received, received.sha256
    else:
        raise WrongType(wanted="application/octet-stream / multipart/form-data")


def _receive(stream: Any, name: str) -> FileFacts:
    return actions.receive(wiring.house().office, stream, name)


@contextmanager
def package_body(operation: Operation, call: Call) -> Iterator[Body]:
    """A procedure as a zip, or as JSON `{"files": {name: text or JSON}}`; checked before anything waits for it."""
    from engine.procedures.zipped import unzip
    from web.api.package import checked

    check_house(call.person.roles, "publish")
    if request.mimetype == "multipart/form-data":
        request.max_content_length = MAX_PACKAGE
        given = request.files.get("package")
        if given is None:
            raise BadInput(_NO_FILE, name="package")
        data = given.stream.read()
        with checked(unzip(data), call) as package:
            yield package, hashlib.sha256(data).hexdigest()
    else:
        with (
            json_body(operation, call) as (body, sha256),
            checked({name: _file(content) for name, content in body["files"].items()}, call) as package,
        ):
            yield package, sha256


def _file(content: Any) -> bytes:
    return content.encode() if isinstance(content, str) else orjson.dumps(content)


prints = Brake(20)  # a minute and person: each sheet is set by a process of its own


@contextmanager
def sheet_body(_operation: Operation, call: Call) -> Iterator[Body]:
    """Nothing is sent: the sheet of the case as it stands, set before any transaction begins."""
    prints.pass_(str(call.person.id))
    sheet = queries.sheet(wiring.look(), call.person, call.id, wiring.now())
    wiring.close_look()
    yield actions.press(sheet, wiring.address()), ""


READERS: dict[str, Callable[[Operation, Call], AbstractContextManager[Body]]] = {
    "upload": file_body,
    "print_case": sheet_body,
    "publish_procedure": package_body,
}
