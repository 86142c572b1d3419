"""发布依据: what is known of one revision of a draft, and whether it lets the draft become a version.

As JSON: {"revision": 3, "job": 17, "state": "running", "asked_at": "...", "findings": [...], "stories": [...],
"lived": 4, "coverage": {"drawn": [flows], "taken": [flows]}, "error": "...", "history": {...}}. A story is
{"id", "zh", "en", "failure"}; `failure` is "" for one that went as told and null for one not lived yet.
`history` is what ended cases would have done on the draft: {"revision", "state": "done", "replayed": 40, "same": 38,
"different": [{"case": number, "case_id", "was", "now"}], "not_replayed": [{"case", "case_id", "why"}]}, or
{"state": "failed", "why"}; a text is {"zh", "en"}. A draft of a new procedure has none.
"""

from collections.abc import Mapping
from typing import Any

from engine.errors import Conflict, QianfaError
from engine.text import Text

Proofs = Mapping[str, Any]


class Unproved(Conflict):
    code = "unproved"
    message = Text(
        "发布依据还没有齐:请等检查和演练做完,或重新检查。",
        "The proofs are not complete: wait until checks and stories are done, or ask for them again.",
    )


class StaleProofs(Conflict):
    code = "stale_proofs"
    message = Text(
        "发布依据不是这一稿的:草稿在检查之后改过,请重新检查。",
        "The proofs are of another revision: the draft was changed since; ask for them again.",
    )


class NotFit(QianfaError):
    code = "not_fit"
    status = 422
    message = Text(
        "流程还不能发布:{errors}处错误,{failed}个演练没有走通。",
        "The procedure cannot be released: {errors} errors, {failed} stories failed.",
    )


class NoStories(QianfaError):
    code = "no_stories"
    status = 422
    message = Text(
        "流程还没有演练:至少要有一个,发布才有依据。", "The procedure has no story: a release rests on at least one."
    )


def fault(proofs: Proofs | None, revision: int) -> QianfaError | None:
    """Why the draft may not become a version at this revision; None: it may."""
    if proofs is None:
        return Unproved()
    if proofs.get("revision") != revision:
        return StaleProofs()
    if proofs.get("state") != "done":
        return Unproved()
    if proofs.get("history", {}).get("state", "done") != "done":
        return Unproved()
    if not proofs.get("stories") and not errors_of(proofs):
        return NoStories()
    errors, failed = len(errors_of(proofs)), len(failed_of(proofs))
    return NotFit(errors=errors, failed=failed) if errors or failed else None


def errors_of(proofs: Proofs) -> list[Mapping[str, Any]]:
    return [one for one in proofs.get("findings", ()) if one["level"] == "error"]


def failed_of(proofs: Proofs) -> list[Mapping[str, Any]]:
    """The stories that were lived otherwise than told, or not lived."""
    return [one for one in proofs.get("stories", ()) if one["failure"] != ""]


def in_work(proofs: Proofs | None, revision: int) -> bool:
    """Whether they are being made for this revision."""
    return proofs is not None and proofs.get("revision") == revision and proofs.get("state") in ("waiting", "running")
