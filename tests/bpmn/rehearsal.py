"""Walks lived in memory: the diagram, the forms and the clock are real, people and database are left out."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from engine.kernel import Flow, Specification, specify
from engine.procedures.company import Member, load_company
from engine.procedures.deadlines import duration
from engine.procedures.forms import Context, Form, questions
from engine.procedures.package import Package

COMPANY = load_company()
PEOPLE = {member.login: member for member in COMPANY.people}
UNITS = {unit.code: unit for unit in COMPANY.units}


class Rehearsal:
    """One walk on one package; `passed` holds the elements in order, `done` the human steps."""

    def __init__(self, package: Package, walk: dict[str, Any]) -> None:
        self.package, self.walk = package, walk
        self.now = datetime.fromisoformat(walk["at"])
        self.forms = {name: Form(schema, name) for name, schema in package.forms.items()}
        self.files: dict[str, dict[str, Any]] = {}
        self.passed: list[str] = []
        self.done: list[str] = []
        self.spec = _specification(package)
        data = {
            "applicant": applicant(PEOPLE[walk["applicant"]]),
            "case": {"number": "X-2026-0001"},
            "switches": package.switches | walk.get("switches", {}),
        }
        self.flow = Flow.start(self.spec, data, now=self.now, services=self.serve)
        self.note()

    def live(self) -> "Rehearsal":
        self.complete("submit", self.walk["start"])
        for step in self.walk["steps"]:
            if "expect_error" in step or step.get("withdraw"):
                continue  # what people may not do is for the database to refuse
            if "clock" in step:
                length = duration(step["clock"])
                self.now = self.now + length if length else datetime.fromisoformat(step["clock"])
                self.load()
                self.flow.tick()
                self.note()
            elif "open" in step:
                assert self.open_steps() == step["open"]
            elif "task" in step:
                self.complete(step["task"], step["answers"])
        return self

    def complete(self, step: str, answers: dict[str, Any]) -> None:
        """The step with its answers through its form, on a case that was stored in between."""
        self.load()
        (task,) = (task for task in self.flow.open_tasks if task.step == step)
        form = self.forms[task.properties["form"]]
        clean = form.accept(self.made(answers), Context(self.files, PEOPLE))
        outside = {
            each.key for each in questions(form.fields) if each.type == "filepicker" or each.properties.get("content")
        }
        self.flow.complete(task.id, {key: value for key, value in clean.items() if key not in outside})
        self.done.append(step)
        self.note()

    def load(self) -> None:
        self.flow = Flow.load(self.spec, self.flow.dump(), now=self.now, services=self.serve)

    def note(self) -> None:
        self.passed += [step.element for step in self.flow.trace]

    def open_steps(self) -> list[str]:
        return [task.step for task in self.flow.open_tasks]

    def serve(self, operation: str, parameters: dict[str, Any], _data: dict[str, Any]) -> Any:
        """What the operations answer, without their tables."""
        if operation == "check_approval":
            return {"valid": True}
        if operation == "register_lending":
            until = datetime.fromisoformat(parameters["until"]) + timedelta(hours=1)
            return {"number": 1, "until": until.isoformat()}
        return {"number": 1}

    def made(self, value: Any) -> Any:
        """The answers with a reference for every file that the walk wants made."""
        if isinstance(value, dict) and "make" in value:
            types = {"jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif"}
            sha256 = hashlib.sha256(repr(value).encode()).hexdigest()
            size = value.get("bytes", 1000)
            self.files[sha256] = {"name": value["name"], "size": size, "type": types[value["make"]]}
            return {"sha256": sha256}
        if isinstance(value, dict):
            return {key: self.made(each) for key, each in value.items()}
        return [self.made(each) for each in value] if isinstance(value, list) else value

    def branches(self) -> Iterator[tuple[str, str]]:
        """(element, the next one) of everything passed; steps between tell which branch was taken."""
        return pairwise(self.passed)


_specifications: dict[str, Specification] = {}


def _specification(package: Package) -> Specification:
    if package.slug not in _specifications:
        _specifications[package.slug] = specify(package.documents, package.process)
    return _specifications[package.slug]


def applicant(member: Member) -> dict[str, Any]:
    return {
        "id": 1,
        "login": member.login,
        "name": member.name,
        "unit": member.unit,
        "unit_name": UNITS[member.unit].name.zh,
        "roles": [post.role for post in member.posts],
    }
