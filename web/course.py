"""Where a case was and where it may go, in words and on its drawing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.procedures.assignment import parse_who
from engine.procedures.opinions import OPINION, SIGNATURE
from engine.procedures.outlook import Following, following, nodes_of
from engine.procedures.repairs import KINDS
from engine.procedures.version import Version
from engine.queries import CaseView, Event, Names, Waiting
from engine.queries.as_of import CaseThen
from engine.queries.assignment_words import assignment_words
from engine.queries.called import TOLD
from engine.queries.case import Line
from engine.queries.catalogue import defaults
from engine.text import Text
from web.content import facts

END = Text("流程结束", "the case ends")
ACTS = ("submit", "decide", "return", "sign_after", "rework")  # verbs by which a step is done
FORMS = {"answer": OPINION, "sign": SIGNATURE}  # of those who were asked


@dataclass(frozen=True)
class Basis:
    """Why a step exists: the clauses it follows and what of ours asks for it; without clauses it is ours alone."""

    clauses: list[dict[str, Any]]
    ours: list[Text]


def who(rule: str, names: Names, version: Version | None = None) -> Text:
    """An assignment rule in words, or several of those who sign; one of a version may speak of its steps."""
    return assignment_words(rule, names, partial(step, version) if version else str)


def starter(rule: str, names: Names, organisation: str) -> Text:
    """Who may start, in words; the organisation is not named again where it is that of the procedure."""
    parsed = parse_who(rule)
    unit = names.units.get(parsed.unit)
    return names.role(parsed.name) if unit and unit.code == organisation else who(rule, names)


def basis(version: Version, which: str) -> Basis:
    """The clauses a step follows, those of the part it belongs to among them, and what of ours names it."""
    ours = [one.text for one in defaults(version.manifest) if which in one.steps]
    return Basis(version.clauses_of(which), ours)


def step(version: Version, which: str) -> Text:
    """The name drawn on a step, and its English one where the diagram carries it."""
    name, node = version.step_name(which), nodes_of(version).get(which)
    return Text(name, (node.properties.get("en") if node else "") or name)


def instructions(documentation: str) -> Text:
    """The lines for the reader's language; a diagram says both one after the other."""
    lines = documentation.splitlines()
    chinese = [line for line in lines if re.search(r"[\u4e00-\u9fff]", line)]
    other = [line for line in lines if line not in chinese]
    return Text("\n".join(chinese or other), "\n".join(other or chinese))


def future(version: Version, running: Iterable[str], passed: Iterable[str]) -> list[dict[str, Any]]:
    """The steps that may still come after the running ones, each before those that follow it."""
    seen, found = set(passed) | set(running), list[str]()

    def go(at: str) -> None:
        for one in reversed(following(version, at)):
            if not one.ends and one.step not in seen:
                seen.add(one.step)
                go(one.step)
                found.append(one.step)

    for one in reversed(list(running)):
        go(one)
    return [{"name": step(version, one), "basis": basis(version, one)} for one in reversed(found)]


@dataclass(frozen=True)
class Stand:
    """Where a case stands: an open step of its diagram, with whoever is asked beside it meanwhile."""

    task: Waiting
    asks: list[Waiting]


def stands(waiting: Iterable[Waiting]) -> list[Stand]:
    every = list(waiting)
    return [
        Stand(one, [other for other in every if other.parent_id == one.task_id and other.state == "open"])
        for one in every
        if one.asked is None
    ]


def path(view: CaseView | CaseThen) -> dict[str, Any]:
    """The elements and lines by what became of them under the viewer's names, how often, and what was jumped."""
    found: dict[str, Any] = {"cancelled": view.path["closed"], **view.path}
    lines = {flow.id: node.id for node in nodes_of(view.version).values() for flow in node.outgoing}
    taken = [line for line in lines if view.counts.get(line)]
    found["done"] = [*found["done"], *(taken or _lines_between(view))]
    found["counts"] = {one: times for one, times in view.counts.items() if times > 1}
    moved = (one for one in view.jumps if one.to and one.kind in ("return", "resume", "recall", "move"))
    found["jumps"] = [{"no": one.no, "from": one.step, "to": one.to, "kind": one.kind} for one in moved]
    return found


def _lines_between(view: CaseView | CaseThen) -> list[str]:
    """Of a case that does not tell which lines it took: those between what was passed."""
    reached = {*view.path["done"], *view.path["rejected"], *view.path["running"]}
    left = reached - set(view.path["running"])
    nodes = nodes_of(view.version).values()
    return [flow.id for node in nodes for flow in node.outgoing if node.id in left and flow.target in reached]


def drawings(version: Version) -> list[tuple[str, Text]]:
    """The drawings of a version by file name: its own, then the parts it calls under their titles."""
    parts = {f"{part['slug']}.bpmn": part["title"] for part in version.manifest.get("parts", [])}
    titles = {name: Text(title["zh"], title["en"]) for name, title in parts.items()}
    own, *called = version.documents
    return [(own, version.title), *[(name, titles.get(name, Text(name, name))) for name in called]]


def ahead(steps: Iterable[Following], version: Version, names: Names) -> list[dict[str, Any]]:
    """What may come next: the label of the way, the step, who does it, why; onward first, back and out last."""
    steps = sorted(steps, key=lambda one: (one.ends, version.properties(one.step).get("kind") == "submit"))
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for one in steps:
        name = END if one.ends else step(version, one.step)
        why = None if one.ends else basis(version, one.step)
        told = {"via": one.via, "name": name, "who": who(one.who, names, version), "basis": why, "ends": one.ends}
        found.setdefault((one.via, name.zh), told)
    return list(found.values())


def raised(timeline: Iterable[Event], names: Names, version: Version) -> dict[str, list[Any]]:
    """What the rules said of the newest content: `warnings`, and `exceptions` asked for, with who may or did allow."""
    events = list(timeline)
    facts: dict[str, Any] = next((one.facts for one in reversed(events) if one.facts.get("content_no")), {})
    allowed = {
        one.facts["rule"]: one
        for one in events
        if one.verb == "override" and one.facts["no"] == facts.get("content_no")
    }
    exceptions = [
        {
            "text": Text(one["zh"], one["en"]),
            "reason": one["reason"],
            "who": who(one["who"], names, version),
            "allowed": allowed.get(one["rule"]),
        }
        for one in facts.get("exceptions", [])
    ]
    return {"warnings": [Text(one["zh"], one["en"]) for one in facts.get("warnings", [])], "exceptions": exceptions}


def entries(timeline: Iterable[Event], version: Version, called: Mapping[str, str]) -> list[dict[str, Any]]:
    """The timeline for people: what was decided and said; the start is told by the submission after it.

    `called`: the names by login of those whom it names so.
    """
    events = [event for event in timeline if event.verb != "comment"]
    if len(events) > 1 and events[0].verb == "start" and events[1].verb == "submit":
        events = events[1:]
    return [_entry(event, version, called) for event in events]


def _entry(event: Event, version: Version, called: Mapping[str, str]) -> dict[str, Any]:
    answers = event.facts.get("answers", {})
    form = version.form(version.properties(event.step).get("form")) if event.step else None
    form = FORMS.get(event.verb, form)
    decision = answers.get("decision")
    labels = {option.value: option.label for option in form.decision_options} if form else {}
    return {
        "verb": event.verb,
        "at": event.at,
        "actor": event.actor or event.facts.get("outside"),
        "for_name": event.acting_for,
        "name": _name(event, version),
        "basis": basis(version, event.step) if event.step and event.verb in ACTS else None,
        "decision": decision,
        "decision_label": labels.get(decision),
        "comment": answers.get("comment") or event.facts.get("comment") or _why(event),
        "facts": facts(form, answers, ("decision", "comment")),
        "detail": _detail(event, version, called),
        "spell": event.spell if isinstance(event, Line) else None,
        "about": event.about if isinstance(event, Line) else None,
        "repaired": event.facts if event.verb in ("repair", "retry") and "after" in event.facts else None,
        "rulings": [_ruling(one, version) for one in event.facts.get("decided", [])],
    }


def _why(event: Event) -> str | None:
    return event.facts.get("reason") if event.verb in ("repair", "repair_ask", "retry") else None


def _name(event: Event, version: Version) -> Text | None:
    """Of the step; one that is gone since the case was migrated goes by the name it had."""
    if event.step is None:
        return None
    gone = event.step not in version.manifest["steps"]
    return Text(*[event.step_name or event.step] * 2) if gone else step(version, event.step)


def _ruling(told: dict[str, Any], version: Version) -> Text:
    """Which row of which decision table decided, on what."""
    sides = (",".join(f"{name} = {_said(value)}" for _, name, value in told[side]) for side in ("inputs", "outputs"))
    rows = "、".join(str(row) for row in told["rows"])
    text = RULED_ANEW if "version" in told else RULED
    given, found = sides
    facts = {"step": step(version, told["step"]), "table": told["name"] or told["table"], "rows": rows}
    return text.fill(**facts, given=given, found=found, no=told.get("version"))


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


RULED = Text(
    "{step}:决策表「{table}」第 {rows} 行,{given} → {found}",
    "{step}: decision table “{table}”, row {rows}: {given} → {found}",
)
RULED_ANEW = Text(
    "{step}:第 {no} 版的决策表「{table}」第 {rows} 行,{given} → {found}",
    "{step}: decision table “{table}” of version {no}, row {rows}: {given} → {found}",
)
ABOUT = ("number", "account", "day", "person")  # what an operation says of itself in a word, the first that it has
ONWARD = Text("→ {step}", "→ {step}")
MIGRATED = Text("第{old}版 → 第{new}版:{reason}", "version {old} → version {new}: {reason}")
ESCALATED = {
    "superior": Text("已告知上级并抄送", "the superior was told and sent a copy"),
    "owner": Text("已告知流程负责人", "the procedure's owner was told"),
}


def _detail(event: Event, version: Version, called: Mapping[str, str]) -> str | Text:
    told = event.facts
    to = told.get("to", "")
    if event.verb in TOLD:
        whom = "、".join(called.get(one, one) for one in (to if isinstance(to, list) else [str(to)]))
        return f"{called.get(told['of'], told['of'])} → {whom}" if "of" in told else f"→ {whom}"
    if event.verb == "print":
        return str(told.get("code", ""))
    if event.verb == "outside_ask":
        return f"→ {told['outside']}"
    if event.verb == "migrate":
        return MIGRATED.fill(old=told["from"], new=told["to"], reason=told["reason"])
    if event.verb == "return":
        return ONWARD.fill(step=step(version, to))
    if event.verb in ("repair", "repair_ask"):
        return _repair(told, version)
    if event.verb == "escalate":
        return ESCALATED[to]
    if event.verb == "incident":
        return str(told.get("why", ""))
    return next((str(told[name]) for name in ABOUT if isinstance(told.get(name), str)), "")


def _repair(told: dict[str, Any], version: Version) -> Text:
    """What kind of repair, and where to or of what."""
    kind = KINDS[told["kind"]]
    to = Text("", "") if told["kind"] == "retry" else step(version, told["target"])
    return Text(f"{kind.zh} → {to.zh}", f"{kind.en} → {to.en}") if to.zh else kind
