"""What whoever submits has to declare: one box to tick for each rule, and the sentence for who did not."""

from collections.abc import Iterator

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text

DECLARED = {
    "self_check": Text("发布人没有确认已对内容进行自查。", "The author has not confirmed to have checked the content."),
    "confirmed": Text(
        "没有确认内容已公开报道或已经证实。", "It is not confirmed that the content was publicly reported or proved."
    ),
    "no_bought_traffic": Text("没有承诺不刷粉、不刷量。", "It is not declared that no followers or clicks are bought."),
    "opt_out_excluded": Text(
        "没有确认已排除拒绝接收营销信息的客户。",
        "It is not confirmed that customers who refuse marketing messages are left out.",
    ),
    "avatar_confirmed": Text("没有确认头像符合要求。", "It is not confirmed that the avatar is as required."),
}


def ticked(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure` is the part that must be ticked."""
    part = figure.figure
    if draft.value(part) is not True:
        yield figure.broken(draft.place(part), DECLARED[part])
