"""Timers say when in ISO 8601, with an offset, forwards, and a cycle says how often."""

import re
from collections.abc import Iterator
from datetime import datetime

from engine.kernel.document import EventDefinition, Node
from engine.kernel.errors import NotUnderstood
from engine.procedures.checks.base import Scene, error
from engine.procedures.checks.language import is_literal_time, is_vendor, names_in, unquoted
from engine.procedures.findings import Finding

DURATION = re.compile(
    r"P(?=\d|T\d)(?:\d{1,3}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,5}D)?"
    r"(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,7}M)?(?:\d{1,8}(?:\.\d+)?S)?)?"
)


def check(scene: Scene) -> Iterator[Finding]:
    for node in scene.process.nodes:
        for event in node.events:
            if event.kind == "timer":
                yield from _timer(node, event)


def _timer(node: Node, event: EventDefinition) -> Iterator[Finding]:
    value = unquoted(event.value)
    if not event.value_kind or not value:
        yield error(
            "timer_missing", node,
            "定时事件「{at}」没有写时间;请填写时长(如 PT2H)或时刻。",
            "The timer “{at}” says no time; give a duration (such as PT2H) or a date.",
        )  # fmt: skip
    elif not is_literal_time(event.value):
        if not is_vendor(value) and not _is_expression(value):
            yield _bad(node, value)
    elif value.startswith("-"):
        yield error(
            "timer_negative", node,
            "定时事件「{at}」的时长 {value} 是负数,引擎会当成正数;请改正。",
            "The duration {value} of the timer “{at}” is negative and would count as positive; correct it.",
            value=value,
        )  # fmt: skip
    elif event.value_kind == "timeDuration" and not DURATION.fullmatch(value):
        yield _bad(node, value)
    elif event.value_kind == "timeCycle":
        yield from _cycle(node, value)
    elif event.value_kind == "timeDate":
        yield from _date(node, value)


def _is_expression(value: str) -> bool:
    try:
        return bool(names_in(value))  # a number alone is no time
    except NotUnderstood:
        return False


def _bad(node: Node, value: str) -> Finding:
    return error(
        "timer_value", node,
        "定时事件「{at}」的时间「{value}」不是 ISO 8601 写法;请写如 PT2H、R3/PT10H 或 2026-01-01T08:00:00+08:00。",
        "The time “{value}” of the timer “{at}” is not ISO 8601; write such as PT2H, R3/PT10H or "
        "2026-01-01T08:00:00+08:00.",
        value=value[:60],
    )  # fmt: skip


def _cycle(node: Node, value: str) -> Iterator[Finding]:
    if DURATION.fullmatch(value):
        yield error(
            "timer_cycle", node,
            "定时事件「{at}」的周期「{value}」没有写次数;请写如 R3/{value}。",
            "The cycle “{value}” of the timer “{at}” does not say how often; write such as R3/{value}.",
            value=value,
        )  # fmt: skip
        return
    count, *parts = value.split("/")
    whole = re.fullmatch(r"R\d{0,4}", count) and 1 <= len(parts) <= 2 and all(map(_timely, parts))
    if not whole or not any(map(DURATION.fullmatch, parts)):
        yield _bad(node, value)


def _timely(part: str) -> bool:
    return bool(DURATION.fullmatch(part)) or _moment(part) is not None


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _date(node: Node, value: str) -> Iterator[Finding]:
    moment = _moment(value)
    if moment is None:
        yield _bad(node, value)
    elif moment.tzinfo is None:
        yield error(
            "timer_offset", node,
            "定时事件「{at}」的时刻 {value} 没有时区;请写如 2026-01-01T08:00:00+08:00。",
            "The date {value} of the timer “{at}” has no offset; write such as 2026-01-01T08:00:00+08:00.",
            value=value,
        )  # fmt: skip
