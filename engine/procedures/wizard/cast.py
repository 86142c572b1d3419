"""Who plays in the stories: an applicant, and for every step somebody of the company who may take it."""

from dataclasses import dataclass

from engine.errors import Invalid
from engine.procedures.company import Member
from engine.procedures.wizard.answers import Answers
from engine.procedures.wizard.posts import Posts
from engine.procedures.wizard.steps import Step
from engine.text import Text

NOBODY = Text(
    "在示例公司里找不到能走完全程的人:{step}与其他步骤是同一个人。请换一个岗位。",
    "Nobody could walk it to its end: {step} is the same person as another step. Choose another post.",
)


@dataclass(frozen=True)
class Cast:
    """`own`: the steps whose post the applicant holds too, and may not take."""

    applicant: str
    by_step: dict[str, str]
    own: frozenset[str]


def cast(answers: Answers, posts: Posts, steps: list[Step]) -> Cast:
    """Who may start and finds somebody apart for every step, best without a post of these; Invalid without anybody."""
    stuck, best = steps[0].name, None
    for applicant in posts.may_start(answers.starter):
        by_step: dict[str, str] = {}
        for step in steps:
            if step.kind == "service":
                continue
            found = _player(posts, step, applicant, by_step)
            if found is None:
                stuck = step.name
                break
            by_step[step.id] = found
        else:
            apart = [step for step in steps if "submit" in step.separate]
            own = frozenset(step.id for step in apart if applicant in posts.holders(step.who, applicant))
            if best is None or len(own) < len(best.own):
                best = Cast(applicant.login, by_step, own)
    if best is None:
        raise Invalid({"approver": [NOBODY.fill(step=stuck)]})
    return best


def _player(posts: Posts, step: Step, applicant: Member, taken: dict[str, str]) -> str | None:
    apart = {taken[one] for one in step.separate}
    return next((one.login for one in posts.holders(step.who, applicant) if one.login not in apart), None)
