"""The acts a step may allow, its property `acts`, and what is said where one is not allowed."""

import re
from collections.abc import Mapping

from engine.text import Text

WORDS: dict[str, Text] = {
    "transfer": Text("转办", "transfer it"),
    "copy": Text("抄送", "send copies"),
    "return": Text("退回到指定步骤", "return it to a chosen step"),
    "delegate": Text("委派", "delegate it"),
    "sign_before": Text("加签(前)", "ask somebody to sign before"),
    "sign_after": Text("加签(后)", "ask somebody to sign after"),
    "add_signer": Text("加签", "add a signer"),
    "remove_signer": Text("减签", "remove a signer"),
    "batch": Text("批量审批", "decide many at once"),
    "outside": Text("请外部人员审批", "ask somebody outside"),
}
NOT_HERE = Text("此步骤不允许{act}。", "This step does not allow to {act}.")
UNKNOWN = Text("没有这个人,或此人已停用:{login}", "There is no such person, or the account is disabled: {login}")
ONESELF = Text("不能选自己。", "You cannot choose yourself.")
BARRED = Text(
    "职责分离:{who}已在本申请中经手「{step}」,不能再办理此步骤。",
    "Separation of duties: {who} has a hand in “{step}” of this case already and may not act on this step.",
)


def allowed_acts(properties: Mapping[str, str]) -> set[str]:
    """The acts a step allows."""
    return {act.strip() for act in properties.get("acts", "").replace(",", ",").split(",") if act.strip()}


def separate_from(properties: Mapping[str, str]) -> list[str]:
    """The steps whose actors may not act on this one, its property `separate`; any comma or space stands between."""
    return [step for step in re.split(r"[\s,\uff0c]+", properties.get("separate", "")) if step]
