"""What a page's form posts and shows again: names and strings, uploaded files, rows that come and go."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import g, request
from werkzeug.datastructures import FileStorage, MultiDict

from engine.errors import BadInput, QianfaError
from engine.procedures.forms import Field, Form, questions
from engine.procedures.forms.conditions import Condition
from engine.text import Text
from web.language import ZONE

Upload = Callable[[FileStorage], dict[str, Any]]
_OURS = {"csrf_token", "key", "revision"}
_FILE = "_file"  # what a page remembers of an uploaded file, to name it again: "sha256|size|type|name"
MAX_ROWS = 50
NO_REVISION = Text(
    "请求没有说明您看到的是哪一版(revision),没有生效;请打开待办,看过现在的内容再办理。",
    "The request does not say which revision you read (the field “revision”) and took no effect; "
    "open the task, read it as it is now, then act on it.",
)


def _said(found: dict[str, list[Text]], name: str) -> list[Text]:
    return [text for place, texts in found.items() if re.sub(r"\[\d+\]$", "", place) == name for text in texts]


@dataclass
class Sheet:
    """A form as the page shows it: questions, what stands in them, what is wrong with it."""

    form: Form | None
    values: MultiDict[str, str] = field(default_factory=MultiDict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, list[Text]] = field(default_factory=dict)
    remarks: dict[str, list[Text]] = field(default_factory=dict)  # what a rule notes but does not forbid
    told: dict[str, Any] = field(default_factory=dict)  # by key, what a question that is only read says

    @property
    def fields(self) -> tuple[Field, ...]:
        return self.form.fields if self.form else ()

    def has(self, key: str) -> bool:
        return any(each.key == key for each in questions(self.fields))

    def one(self, name: str) -> str:
        return self.values.get(name, "")

    def many(self, name: str) -> list[str]:
        return self.values.getlist(name)

    def rows(self, name: str, at_least: int = 1) -> range:
        """The rows of a repeated question that are shown."""
        found = [int(hit[1]) for key in self.values if (hit := re.match(re.escape(name) + r"\[(\d{1,6})\]", key))]
        return range(min(MAX_ROWS, max([at_least, *(index + 1 for index in found)])))

    def wrong(self, name: str) -> list[Text]:
        """What is wrong with an answer, or with one of its files or rows as a whole."""
        return _said(self.errors, name)

    def remarked(self, name: str) -> list[Text]:
        return _said(self.remarks, name)

    def is_touched(self, place: str) -> bool:
        """Whether something was answered there: nobody is told that what he has not reached yet is missing."""
        name = re.sub(r"\[\d+\]$", "", place)
        return any(text.strip() for text in self.values.getlist(name)) or name != place

    def asks_person(self) -> bool:
        return any(each.properties.get("person") for each in questions(self.fields))

    def asks_draft(self) -> bool:
        return any(each.properties.get("draft") for each in questions(self.fields))

    def labels(self) -> dict[str, Text]:
        """Every place a message may speak of, with its label."""
        return {each.key: each.label for each in questions(self.fields)}

    def answers(self) -> dict[str, Any]:
        """Typed answers; Invalid where a string is no answer to its question."""
        return self.form.from_html(list(self.values.items(multi=True))) if self.form else {}

    def draft(self) -> dict[str, Any]:
        """Answers to keep for later, with the files named so that they can be shown again."""
        kept: dict[str, Any] = self._named(self.answers())
        return kept

    def _named(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._named(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._named(inner) for inner in value]
        file = self.files.get(value) if isinstance(value, str) else None
        return {name: file[name] for name in ("sha256", "name", "size", "type")} if file else value


def is_posted_back() -> bool:
    return request.method == "POST" and request.endpoint != "account.sign_in"


def typed() -> MultiDict[str, str] | None:
    """What was typed into this page before: in this request, or before the session ended."""
    if is_posted_back():
        return request.form
    restored: MultiDict[str, str] | None = g.get("restored")
    return restored


def sheet(form: Form | None, answers: dict[str, Any] | None = None) -> Sheet:
    """A form with what was typed before, else with answers already given, else with its defaults."""
    found = Sheet(form)
    before = typed()
    if before is not None:
        _take(found, before)
    else:
        _lay(found, found.fields, answers or {}, "", fresh=not answers)
    return found


def read(form: Form | None, upload: Upload) -> Sheet:
    """The posted form: files are stored at once, so that a refused form does not lose them."""
    found = Sheet(form)
    _take(found, request.form)
    for name, files in request.files.lists():
        for file in files:
            if file.filename and _is_file_field(found.fields, name):
                _store(found, name, file, upload)
    _change_rows(found)
    return found


def _take(found: Sheet, posted: MultiDict[str, str]) -> None:
    for name, text in posted.items(multi=True):
        if name == _FILE:
            sha256, size, kind, file = [*text.split("|", 3), "", "", ""][:4]
            number = int(size) if size.isdecimal() and len(size) < 16 else 0
            found.files[sha256] = {"sha256": sha256, "size": number, "type": kind, "name": file}
        elif name not in _OURS and not name.startswith("_"):
            found.values.add(name, text.replace("\r\n", "\n"))


def _is_file_field(fields: tuple[Field, ...], name: str) -> bool:
    for key in re.sub(r"\[\d+\]", "", name).split("."):
        each = next((each for each in questions(fields) if each.key == key), None)
        if each is None:
            return False
        fields = each.fields
        if each.type == "filepicker":
            return True
    return False


def _store(found: Sheet, name: str, file: FileStorage, upload: Upload) -> None:
    try:
        facts = upload(file)
    except QianfaError as error:
        found.errors.setdefault(name, []).extend(error.fields.get(name) or error.fields.get("file") or [error.text])
        return
    found.files[facts["sha256"]] = facts
    if facts["sha256"] not in found.values.getlist(name):
        found.values.add(name, facts["sha256"])


def revision() -> int | None:
    """The revision of the task that the page showed."""
    return request.form.get("revision", type=int)


def revision_read() -> int:
    """The same where somebody approves: who does not say what was read approves nothing."""
    found = revision()
    if found is None:
        raise BadInput(NO_REVISION)
    return found


def is_only_rows() -> bool:
    """Whether a button asked for a row more or less, or to drop a file, and not to submit."""
    return any(name in request.form for name in ("_add", "_remove", "_drop"))


def _change_rows(found: Sheet) -> None:
    if "_add" in request.form:
        name = request.form["_add"]
        found.values.add(f"{name}[{len(found.rows(name, 0))}]._", "")
    if "_remove" in request.form:
        name, _, index = request.form["_remove"].rpartition("|")
        if index.isdecimal() and len(index) < 7:
            _remove_row(found, name, int(index))
    if "_drop" in request.form:
        name, _, sha256 = request.form["_drop"].rpartition("|")
        found.values.setlist(name, [each for each in found.values.getlist(name) if each != sha256])


def _remove_row(found: Sheet, name: str, gone: int) -> None:
    kept: MultiDict[str, str] = MultiDict()
    for key, text in found.values.items(multi=True):
        hit = re.match(re.escape(name) + r"\[(\d{1,6})\](.*)", key)
        index = int(hit[1]) if hit else -1
        if hit and index > gone:
            key = f"{name}[{index - 1}]{hit[2]}"
        if index != gone:
            kept.add(key, text)
    found.values = kept


def _lay(found: Sheet, fields: tuple[Field, ...], answers: dict[str, Any], prefix: str, fresh: bool) -> None:
    """Answers back into names and strings, the other way round than `Form.from_html`."""
    for each in questions(fields):
        value = answers.get(each.key)
        if value is None and fresh:
            value = each.default
        if value is None:
            continue
        name = prefix + each.key
        if each.type == "dynamiclist":
            for index, row in enumerate(value):
                _lay(found, each.fields, row, f"{name}[{index}].", fresh)
            continue
        for text in _strings(found, each, value):
            found.values.add(name, text)


def _strings(found: Sheet, each: Field, value: Any) -> Iterator[str]:
    if each.type == "checkbox":
        if value:
            yield "on"
    elif each.type == "filepicker":
        for file in value:
            found.files[file["sha256"]] = file
            yield file["sha256"]
    elif each.type == "datetime":
        yield datetime.fromisoformat(value).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    elif isinstance(value, list):
        yield from map(str, value)
    else:
        yield str(value)


def rules(hide: Condition) -> str:
    """When a question is hidden, as plain data for the page: alternatives of [name, equal, value]."""
    return json.dumps([[[one.name, one.equal, one.value] for one in group] for group in hide.alternatives])
