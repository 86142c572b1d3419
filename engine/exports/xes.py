"""XES (IEEE 1849-2016): one trace a case, one event a line of its trail, nothing kept in memory.

The extensions concept, lifecycle, time and org are those of the standard; what is ours (the verb, the step, the
decision, seconds waited and worked) are attributes of an event without a prefix.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

from engine.exports.told import Counted, Head, ToldCase, ToldEvent, moment, printable

NAMESPACE = "http://www.xes-standard.org/"
VERSION = "1849.2016"
_EXTENSIONS = (("Concept", "concept"), ("Lifecycle", "lifecycle"), ("Time", "time"), ("Organizational", "org"))
_SAFE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)
# Where a verb is a transition of the standard's life cycle; all others complete what they name.
TRANSITIONS = {
    "claim": "start", "put_back": "reassign", "transfer": "reassign", "hand_over": "reassign", "hand_back": "reassign",
    "delegate": "assign", "sign_before": "assign", "add_signer": "assign", "suspend": "suspend", "resume": "resume",
    "withdraw": "pi_abort", "cancel": "pi_abort", "unask": "withdraw", "remove_signer": "withdraw",
}  # fmt: skip


def write_xes(out: BinaryIO, head: Head, parts: Iterable[list[ToldCase]]) -> Counted:
    cases = events = 0
    out.write("".join(_opening(head)).encode())
    for part in parts:
        for one in part:
            out.write("".join(_trace(one, head.language)).encode())
            events += len(one.events)
        cases += len(part)
    out.write(b"</log>\n")
    return Counted(cases, events)


def _opening(head: Head) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<log xes.version="{VERSION}" xes.features="" xmlns="{NAMESPACE}">\n'
    for name, prefix in _EXTENSIONS:
        yield f'<extension name="{name}" prefix="{prefix}" uri="{NAMESPACE}{prefix}.xesext"/>\n'
    yield f'<global scope="trace">{_string("concept:name", "-")}</global>\n'
    always = _string("concept:name", "-") + _string("lifecycle:transition", "complete")
    yield f'<global scope="event">{always}{_date("time:timestamp", head.at)}</global>\n'
    yield '<classifier name="step" keys="concept:name"/>\n'
    yield '<classifier name="step_and_transition" keys="concept:name lifecycle:transition"/>\n'
    yield '<classifier name="resource" keys="org:resource"/>\n'
    yield f"{_string('concept:name', head.title)}{_string('lifecycle:model', 'standard')}\n"


def _trace(one: ToldCase, language: str) -> Iterator[str]:
    yield f"<trace>{_string('concept:name', one.number)}{_string('title', one.title)}"
    yield _string("procedure", one.procedure) + _string("procedure_title", one.procedure_title.in_language(language))
    yield f'<int key="version" value="{one.version}"/>' + _string("state", one.state)
    yield _string("applicant", one.applicant.key) + _string("unit", one.unit.key) + _string("unit_name", one.unit.name)
    yield _date("started", one.started_at)
    if one.ended_at:
        yield _date("ended", one.ended_at)
    if one.outcome:
        yield _string("outcome", one.outcome)
    for event in one.events:
        yield from _event(event)
    yield "</trace>\n"


def _event(event: ToldEvent) -> Iterator[str]:
    yield f"<event>{_string('concept:name', event.name)}{_date('time:timestamp', event.at)}"
    yield _string("lifecycle:transition", TRANSITIONS.get(event.verb, "complete"))
    yield f'<int key="seq" value="{event.seq}"/>' + _string("verb", event.verb)
    if event.actor:
        yield _string("org:resource", event.actor.key)
    if event.behalf:
        yield _string("acted_for", event.behalf.key)
    if event.step:
        yield _string("step", event.step)
    if event.decision:
        yield _string("decision", event.decision)
    if event.task is not None:
        yield f'<int key="task" value="{event.task}"/>'
    if event.waited is not None:
        yield f'<float key="waited" value="{event.waited:.3f}"/>'
    if event.worked is not None:
        yield f'<float key="worked" value="{event.worked:.3f}"/>'
    if event.content:
        yield _string("content", event.content)
    yield "</event>"


def _string(key: str, value: str) -> str:
    return f'<string key="{key}" value="{printable(value).translate(_SAFE)}"/>'


def _date(key: str, at: datetime) -> str:
    return f'<date key="{key}" value="{moment(at)}"/>'
