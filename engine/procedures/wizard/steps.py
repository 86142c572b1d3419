"""The steps a wizard draws, in their order: submit, reviews, the approval, what carries it out, the register."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.procedures.wizard.answers import Answers
from engine.procedures.wizard.posts import APPLICANT, Posts
from engine.text import Text

DECIDING = "transfer,copy,return,delegate,sign_before,sign_after"
REVIEWS = ("first_review", "second_review", "third_review")
VERIFY = Text("核对批准与内容", "Check approval and content")
ENTER = {
    "archive_publication": Text("登记发布", "Register the publication"),
    "file_record": Text("登记备案", "Register the filing"),
    "open_account": Text("登记账号", "Register the account"),
}
PARAMETERS = {
    "archive_publication": ("title", "channel", "link=published_link"),
    "open_account": ("kind='wecom'", "account=account_id", "holder=applicant.login", "purpose=reason"),
}


@dataclass(frozen=True)
class Step:
    """A task; `who` is its lane as well. A decision and a check of the approval are followed by a gateway."""

    id: str
    kind: str  # submit, decide, do or service
    name: Text
    who: str
    told: Text
    form: str = ""
    due: int = 0
    separate: tuple[str, ...] = ()
    operation: str = ""

    @property
    def asks(self) -> bool:
        return self.kind == "decide" or self.operation == "check_approval"

    @property
    def gateway(self) -> str:
        return f"{self.id}_decision"

    @property
    def acts(self) -> str:
        if self.kind == "decide":
            return DECIDING
        return "copy" if self.who == APPLICANT else "transfer,copy,delegate"


def steps(answers: Answers, posts: Posts) -> list[Step]:
    return list(_steps(answers, posts))


def _steps(answers: Answers, posts: Posts) -> Iterator[Step]:
    family = answers.kind
    told = Text("填写申请并提交;提交前请检查。", "Fill in the form, check it and submit.")
    yield Step("submit", "submit", Text("填写并提交", "Fill in and submit"), APPLICANT, told, "submit")
    deciders = dict(zip(REVIEWS, answers.reviewers, strict=False))
    if not family.after:
        deciders["final_approval"] = answers.approver
    for step, who in deciders.items():
        yield _decision(step, who, deciders, answers, posts)
    if len(deciders) > 1 and family.publishes:  # after a single approval nothing could have changed
        told = Text("核对批准之后内容没有改动。", "Checks that the content has not changed since it was approved.")
        yield Step("verify_approval", "service", VERIFY, answers.doer, told, operation="check_approval")
    apart: tuple[str, ...] = () if answers.doer == APPLICANT else ("submit",)
    told = Text("按批准的内容办理,填写结果。", "Carry out what was approved and say what was done.")
    yield Step("carry_out", "do", family.carry, answers.doer, told, "carry_out", answers.carry_days, apart)
    if family.register:
        told = Text("写入登记簿并编号。", "Enters it in the register with a number.")
        name = ENTER[family.register]
        yield Step("enter_in_register", "service", name, answers.doer, told, operation=family.register)
    if family.after:
        told = Text("办理之后核对是否符合要求。", "Check afterwards that it is as it should be.")
        name, apart = Text("事后核对", "Check afterwards"), ("submit", "carry_out")
        yield Step("check_afterwards", "do", name, answers.approver, told, "check", answers.review_days, apart)


def _decision(step: str, who: str, deciders: dict[str, str], answers: Answers, posts: Posts) -> Step:
    """Nobody decides twice under the same post."""
    final = step == "final_approval"
    words = posts.words(who)
    name = Text(f"{words.zh}{'批准' if final else '审核'}", f"{'Approval' if final else 'Review'}: {words.en}")
    told = (
        Text("最后批准,或退回、拒绝并说明理由。", "Approve, or return or refuse with a reason.")
        if final
        else Text(
            "审核申请,通过、退回或拒绝;退回、拒绝须说明理由。", "Pass, return or refuse; the last two with a reason."
        )
    )
    earlier = list(deciders)[: list(deciders).index(step)]
    apart = ("submit", *(one for one in earlier if deciders[one] == who))
    return Step(step, "decide", name, who, told, "review", answers.review_days, apart)
