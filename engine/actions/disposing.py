"""What disposals of cases and of accounts share: the item that a job has in hand, and why it stays."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from engine.desk import Desk
from engine.text import Text
from models import disposal_items, disposal_requests

NOT_OVER = Text("保存期限未满。", "Its time is not over.")


def take_item(desk: Desk, request_id: int, chain: int) -> tuple[str | None, Any]:
    """What already became of the item, or None and the decided request where it may go now. Locked."""
    mine = (disposal_items.c.request_id == request_id) & (disposal_items.c.chain == chain)
    state: str = desk.conn.execute(sa.select(disposal_items.c.state).where(mine).with_for_update()).scalar_one()
    request = desk.conn.execute(sa.select(disposal_requests).where(disposal_requests.c.id == request_id)).one()
    return (None if state == "waiting" and request.state == "approved" else state), request


def let_item_go(desk: Desk, request_id: int, chain: int, files: dict[str, list[str]]) -> None:
    """Enter that its rows are gone; the files are still to be removed."""
    mine = (disposal_items.c.request_id == request_id) & (disposal_items.c.chain == chain)
    desk.conn.execute(disposal_items.update().where(mine).values(state="gone", files=files))


def keep_item(desk: Desk, request_id: int, chain: int, why: Text) -> None:
    """Enter why the case or the account stays."""
    mine = (disposal_items.c.request_id == request_id) & (disposal_items.c.chain == chain)
    waits = disposal_items.c.state == "waiting"
    desk.conn.execute(disposal_items.update().where(mine, waits).values(state="kept", zh=why.zh, en=why.en))


def first_bar(
    conn: sa.Connection, number: sa.Column[int], row: int, bars: Iterable[tuple[Text, sa.ColumnElement[bool]]]
) -> tuple[bool, Text | None]:
    """Whether the row of this number is there, and the first reason that keeps it."""
    checked = list(bars)
    columns = [condition.label(f"bar_{no}") for no, (_, condition) in enumerate(checked)]
    found = conn.execute(sa.select(*columns).where(number == row)).first()
    if found is None:
        return False, None
    return True, next((text for (text, _), bars_it in zip(checked, found, strict=True) if bars_it), None)
