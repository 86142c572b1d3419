"""打印审批单: set the sheet of a case, and put on record who printed what and when."""

from hashlib import sha256

from engine.actions.guard import check_whole_case
from engine.actions.read import read
from engine.desk import Desk
from engine.errors import Stale
from engine.paper import draw
from engine.paper.sheet import Printed, Sheet, new_code, shown
from engine.text import Text
from engine.work import open_case, save_case
from models import sheets

MOVED = Text(
    "刚刚有人办理了此申请,请重新打印,以免审批单缺少最新的意见。",
    "Somebody acted on this case a moment ago: print it again, so that the sheet has the newest opinion.",
)


def press(sheet: Sheet, house: str) -> Printed:
    """Set the sheet under a new code; `house` is the address of this installation. No transaction waits meanwhile.

    Raises BrokenSheet, Unprintable.
    """
    code = new_code()
    address = f"{house.rstrip('/')}/verify/{code}"
    pdf = draw(sheet.template, {**sheet.data, "code": shown(code), "address": address}, sheet.printed_at)
    return Printed(sheet, code, address, pdf, sha256(pdf).hexdigest())


def print_sheet(desk: Desk, printed: Printed) -> None:
    """Enter a sheet that was set; Stale when the case moved on since, NotAllowed, NotFound."""
    sheet = printed.sheet
    work = open_case(desk, sheet.case_id)
    check_whole_case(work, "print")
    if (work.row.trail_seq, work.row.trail_hash) != (sheet.trail_seq, sheet.trail_hash):
        raise Stale(MOVED)
    row = {
        "code": printed.code,
        "case_id": sheet.case_id,
        "sha256": printed.sha256,
        "state": sheet.state,
        "trail_seq": sheet.trail_seq,
        "trail_hash": sheet.trail_hash,
        "printed_by": desk.person.id,
        "printed_at": sheet.printed_at,
    }
    desk.conn.execute(sheets.insert(), row)
    read(desk, sheet.case_id, "printed", code=printed.code, sha256=printed.sha256)
    work.note("print", code=printed.code, sha256=printed.sha256)
    work.aside = True  # paper moves nothing: a decision can still be taken back
    save_case(work)
