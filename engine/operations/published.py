"""When something was published: not before it was approved, and not in a time to come."""

from datetime import datetime, timedelta
from typing import Any

from engine.errors import Invalid
from engine.numbers import OFFICE_ZONE
from engine.operations.approval import approvals
from engine.operations.moments import moment
from engine.text import Text
from engine.work import Work

FIELD = "published_at"  # in every form by which somebody tells of it
PAST = timedelta(minutes=5)  # what is typed has no seconds, and clocks differ
AHEAD = timedelta(days=3)  # a mass send may be timed for the days to come
TOO_EARLY = Text(
    "发布时间早于审批通过的时间({approved}),请核对。未经审批不得发布(S0-1 第七条)。",
    "It cannot have been published before it was approved ({approved}). Nothing is published unless reviewed "
    "(S0-1 Art. 7).",
)
TOO_LATE = Text("发布时间还没有到,请填写实际发布的时间。", "That time is still to come: say when it was published.")


def too_early(published: datetime, approved: datetime) -> bool:
    return published < approved - PAST


def too_late(published: datetime, told: datetime) -> bool:
    return published > told + AHEAD


def check_published(work: Work, answers: dict[str, Any]) -> None:
    """Invalid at the field where what is told of the publication cannot be."""
    if not answers.get(FIELD):
        return
    published, now = moment(answers[FIELD]), work.desk.now
    approved = [one.closed_at for one in approvals(work) if one.decision == "approve"]
    if too_late(published, now):
        raise Invalid({FIELD: [TOO_LATE]})
    if approved and too_early(published, max(approved)):
        last = f"{max(approved).astimezone(OFFICE_ZONE):%Y-%m-%d %H:%M}"
        raise Invalid({FIELD: [TOO_EARLY.fill(approved=last)]})
