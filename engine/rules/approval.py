"""Nothing goes out unreviewed: approvals bound to what was approved, and a test by a second person."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from engine.rules.figures import RuleFigure, of
from engine.rules.violation import Violation
from engine.text import Text

NOT_APPROVED = Text(
    "「{step}」还没有审核通过当前版本的内容。",
    "“{step}” has not approved the present version of the content.",
)
NOT_TESTED = Text(
    "群发前还没有由编辑以外的人对当前版本测试通过。",
    "Nobody but the editor has tested the present version successfully before the mass send.",
)


@dataclass(frozen=True)
class Approval:
    """What one step approved, by the hash of the content its actor saw."""

    step: str
    content_sha256: str


@dataclass(frozen=True)
class TestSend:
    """One test: who assembled the push, who looked at it, what they found, and of which content."""

    __test__ = False  # not a test case, whatever pytest makes of the name

    editor: str
    tester: str
    passed: bool
    content_sha256: str


def check_approvals(
    approvals: Iterable[Approval],
    content_sha256: str,
    required: Collection[str],
    rules: Sequence[RuleFigure],
) -> list[Violation]:
    """C-P6: every required step has approved exactly this content."""
    granted = {each.step for each in approvals if each.content_sha256 == content_sha256}
    missing = [step for step in required if step not in granted]
    return [figure.broken("", NOT_APPROVED, step=step) for figure in of("C-P6", rules) for step in missing]


def check_test(
    tests: Iterable[TestSend], content_sha256: str, rules: Sequence[RuleFigure]
) -> list[Violation]:
    """C-F2: the last test of this content passed, and the tester was not the editor."""
    last = next((each for each in reversed(list(tests)) if each.content_sha256 == content_sha256), None)
    if last and last.passed and last.tester != last.editor:
        return []
    return [figure.broken("", NOT_TESTED) for figure in of("C-F2", rules)]
