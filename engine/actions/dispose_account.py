"""One closed account of a decided disposal goes, and leaves its proof; only the job calls this, once for each."""

from typing import Any

import sqlalchemy as sa

from engine.actions.disposing import NOT_OVER, first_bar, keep_item, let_item_go, take_item
from engine.archive import AccountFile
from engine.desk import Desk
from engine.keeping import account_bars, account_file, accounts_over, forget_account
from engine.text import Text
from engine.trail import Entry, house
from engine.trail.chain import take_turn
from models import account_disposals, accounts, procedures, units, versions

GONE = Text("账号已不在登记簿中。", "The account is not in the register.")


def reason_to_keep_account(desk: Desk, account_id: int) -> Text | None:
    """Why the lines of this account may not go now; None when they may."""
    conn, now = desk.conn, desk.now
    checked = [(NOT_OVER, sa.not_(accounts_over(conn, now))), *account_bars(conn, now)]
    there, why = first_bar(conn, accounts.c.id, account_id, checked)
    return why if there else GONE


def dispose_account(desk: Desk, request_id: int, account_id: int, package: str, packed: AccountFile) -> str:
    """Delete the account whose package was built of these lines and verified; what became of it.

    `gone`, `kept` with a reason, or `again`: something of it changed since. A second time changes nothing.
    """
    conn = desk.conn
    take_turn(conn, "house")  # a hold that is put at this moment comes before, or finds nothing
    became, request = take_item(desk, request_id, account_id)
    if became is not None:
        return became
    row = conn.execute(_ACCOUNT.where(accounts.c.id == account_id).with_for_update(of=accounts)).first()
    why = reason_to_keep_account(desk, account_id)
    if row is None or why is not None:
        keep_item(desk, request_id, account_id, why or GONE)
        return "kept"
    if account_file(conn, account_id) != packed:
        return "again"
    _prove(desk, request, row, package, packed)
    forget_account(conn, account_id)
    files: dict[str, list[str]] = {"blobs": [], "packages": [] if request.keep_package else [package]}
    let_item_go(desk, request_id, account_id, files)
    return "gone"


_ACCOUNT = (
    sa.select(accounts, versions.c.procedure_id, procedures.c.slug, units.c.code)
    .join(versions, versions.c.id == accounts.c.version_id)
    .join(procedures, procedures.c.id == versions.c.procedure_id)
    .join(units, units.c.id == accounts.c.unit_id)
)


def _prove(desk: Desk, request: Any, row: Any, package: str, packed: AccountFile) -> None:
    """The line of the house's trail that stays, and the row that finds it; of a member of the staff neither says."""
    proof = {
        "account_id": row.id,
        "unit_id": row.unit_id,
        "terms": len(packed.terms),
        "lendings": len(packed.lendings),
        "package_sha256": package,
    }
    about = {"official": row.official, "kind": row.kind, "name": row.name if row.official else ""}
    facts = proof | about | {
        "procedure": row.slug,
        "unit": row.code,
        "opened_at": row.opened_at.isoformat(),
        "closed_at": row.closed_at.isoformat(),
        "package_kept": request.keep_package,
        "request": request.id,
        "asked_by": request.asked_by,
        "decided_by": request.decided_by,
        "reason": request.reason,
    }  # fmt: skip
    line = house(desk.conn, [Entry("dispose_account", facts=facts)], desk.now)
    kept = proof | about | {"procedure_id": row.procedure_id, "channel_id": row.channel_id}
    kept |= {"opened_at": row.opened_at, "closed_at": row.closed_at, "package_kept": request.keep_package}
    kept |= {"request_id": request.id, "house_seq": line.seq, "at": desk.now}
    desk.conn.execute(account_disposals.insert(), kept)
