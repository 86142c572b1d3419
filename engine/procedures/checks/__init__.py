"""What makes a diagram fit to be published: one check a file, each giving findings and never an exception."""

from collections.abc import Iterator
from dataclasses import replace

from engine.kernel.document import Document, Process
from engine.procedures.checks import (
    assignment,
    calls,
    dead_ends,
    decision_tables,
    decisions,
    duties,
    elements,
    events,
    expressions,
    flow_ids,
    forms,
    gateways,
    identity,
    lanes,
    layout,
    limits,
    loops,
    names,
    operations,
    participants,
    people,
    reachability,
    references,
    repetition,
    size,
    soundness,
    splits,
    starts,
    steps,
    timers,
    vendor,
    votes,
)
from engine.procedures.checks.base import Check, Context, Part, Scene
from engine.procedures.findings import Finding, blocking

__all__ = ["Context", "Part", "run_checks"]

# A later stage is looked at only when the earlier ones found no error: one fault, one finding.
STAGES: tuple[tuple[Check, ...], ...] = (
    (size.check,),
    (elements.check, identity.check),
    (events.check, operations.check, participants.check, decision_tables.there),
    (references.check, starts.check, flow_ids.check),
    (reachability.check, dead_ends.check, splits.check, gateways.check, calls.check),
    (
        timers.check, repetition.check, expressions.check, lanes.check, layout.check, vendor.check,
        assignment.check, steps.check, votes.check, forms.check, limits.check, loops.check, soundness.check,
    ),
    (people.check, decisions.check, duties.check, names.check, decision_tables.check),
)  # fmt: skip


# What not even a trial of a diagram drawn elsewhere can do without; all else is then a warning.
HARD = frozenset({
    "too_large", "process_missing", "script", "business_rule", "complex_gateway", "ad_hoc", "event_subprocess",
    "element_unknown", "compensation", "id_missing", "id_duplicate", "flow_dangling", "flow_across",
    "flow_direction", "boundary_dangling", "default_dangling", "call_unknown", "call_circle", "event_none",
    "event_several", "event_signal", "event_error", "event_escalation", "event_compensate", "event_conditional",
    "event_link", "event_cancel", "event_terminate", "event_timer", "event_message", "table_missing", "table_unread",
})  # fmt: skip


def run_checks(document: Document, context: Context, process_id: str | None = None) -> list[Finding]:
    """Everything to say about the process and those it calls, errors first, then by line."""
    process = document.process(process_id) if process_id else document.main()
    if process is None or not process.nodes:
        return [_nothing(process)]
    scene = Scene(process, document, context.forms, context, tables=context.tables)
    found = list(dict.fromkeys(_scenes(scene, set())))
    return sorted(found, key=lambda one: (one.level, one.line or 0))


def _scenes(scene: Scene, seen: set[str]) -> Iterator[Finding]:
    """The process first, then each one it calls, once."""
    seen.add(scene.process.id)
    findings = _staged(scene)
    yield from findings
    if blocking(findings):
        return
    before = names.Before(scene)
    for node in scene.process.nodes:
        called = calls.find(scene, node.called) if node.kind == "callActivity" else None
        if called is not None and called.id not in seen:
            yield from _scenes(scene.into(called, before.names(node.id)), seen)


def _staged(scene: Scene) -> list[Finding]:
    findings: list[Finding] = []
    for stage in STAGES:
        for check in stage:
            findings.extend(check(scene))
        if scene.context.foreign:
            findings = [one if one.code in HARD else replace(one, level="warning") for one in findings]
        if blocking(findings):
            break
    return findings


def _nothing(process: Process | None) -> Finding:
    return Finding.at(
        "process_missing", "error",
        "图中没有可以运行的流程(只有空的流程或协作图);请画出一个流程。",
        "The diagram holds no process that could run; draw one.",
        element=process.id if process else "", name=process.name if process else "",
        line=process.line if process else None,
    )  # fmt: skip
