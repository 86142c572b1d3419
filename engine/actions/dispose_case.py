"""One case of a decided disposal goes, and leaves its proof; only the job calls this, once for each case."""

from typing import Any

import sqlalchemy as sa

from engine.actions.disposing import NOT_OVER, first_bar, keep_item, let_item_go, take_item
from engine.desk import Desk
from engine.keeping import bars, forget, over
from engine.text import Text
from engine.trail import Entry, house
from engine.trail.chain import take_turn
from models import cases, contents, disposals, procedures, publications, units, uploads

GONE = Text("案卷已不存在。", "The case file is not there.")


def reason_to_keep(desk: Desk, chain: int) -> Text | None:
    """Why this case may not go now; None when it may."""
    conn, now = desk.conn, desk.now
    checked = [(NOT_OVER, sa.not_(over(conn, now))), *bars(conn, now)]
    there, why = first_bar(conn, cases.c.id, chain, checked)
    return why if there else GONE


def dispose_case(desk: Desk, request_id: int, chain: int, package: str, head: tuple[int, str]) -> str:
    """Delete the case whose package was built and verified at this head of its trail; what became of it.

    `gone`, `kept` with a reason, or `again`: something was said of it since. A second time changes nothing.
    """
    conn = desk.conn
    take_turn(conn, "house")  # a hold that is put at this moment comes before, or finds nothing
    became, request = take_item(desk, request_id, chain)
    if became is not None:
        return became
    case = conn.execute(_CASE.where(cases.c.id == chain).with_for_update(of=cases)).first()
    why = reason_to_keep(desk, chain)
    if case is None or why is not None:
        keep_item(desk, request_id, chain, why or GONE)
        return "kept"
    if (case.trail_seq, case.trail_hash) != head:
        return "again"
    files = _files(conn, chain, None if request.keep_package else package)
    _prove(desk, request, case, package)
    forget(conn, chain)
    let_item_go(desk, request_id, chain, files)
    return "gone"


_CASE = (
    sa.select(cases, procedures.c.slug, units.c.code)
    .join(procedures, procedures.c.id == cases.c.procedure_id)
    .join(units, units.c.id == cases.c.applicant_unit_id)
)


def _prove(desk: Desk, request: Any, case: Any, package: str) -> None:
    """The line of the house's trail that stays, and the row that finds it."""
    conn = desk.conn
    proof = {
        "chain": case.id,
        "number": case.number,
        "head_seq": case.trail_seq,
        "head_hash": case.trail_hash,
        "package_sha256": package,
    }
    hashes = sa.select(contents.c.sha256).where(contents.c.case_id == case.id).order_by(contents.c.no)
    numbers = sa.select(publications.c.number).where(publications.c.case_id == case.id)
    facts = proof | {
        "procedure": case.slug,
        "unit": case.code,
        "started_at": case.started_at.isoformat(),
        "ended_at": case.ended_at.isoformat(),
        "contents": list(conn.execute(hashes).scalars()),
        "publications": list(conn.execute(numbers).scalars()),
        "package_kept": request.keep_package,
        "request": request.id,
        "asked_by": request.asked_by,
        "decided_by": request.decided_by,
        "reason": request.reason,
    }
    line = house(conn, [Entry("dispose", facts=facts)], desk.now)
    row = proof | {"procedure_id": case.procedure_id, "unit_id": case.applicant_unit_id}
    row |= {"started_at": case.started_at, "ended_at": case.ended_at, "package_kept": request.keep_package}
    conn.execute(disposals.insert(), row | {"request_id": request.id, "house_seq": line.seq, "at": desk.now})


def _files(conn: sa.Connection, chain: int, package: str | None) -> dict[str, list[str]]:
    """What is left to remove when the rows are gone: blobs, unless another case names them, and packages."""
    blobs = sa.select(uploads.c.sha256).where(uploads.c.case_id == chain).distinct()
    built = sa.select(publications.c.package_sha256).where(publications.c.case_id == chain)
    packages = [*conn.execute(built.where(publications.c.package_sha256.is_not(None))).scalars()]
    return {"blobs": list(conn.execute(blobs).scalars()), "packages": packages + ([package] if package else [])}
