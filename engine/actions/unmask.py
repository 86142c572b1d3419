"""显示原文: somebody who only looks over a case sees its personal data from now on, with the reason on record."""

from engine.actions.comments import said
from engine.actions.guard import check_whole_case
from engine.actions.read import read
from engine.desk import Desk
from engine.text import Text
from engine.work import open_case

WHY = Text("请写明为什么要看原文。", "Say why you need the original.")


def unmask(desk: Desk, case_id: int, reason: str) -> None:
    """For this reader and this case alone; it stands among the reads, and the case is not touched."""
    check_whole_case(open_case(desk, case_id), "unmask")
    read(desk, case_id, "unmasked", reason=said(reason, WHY))
