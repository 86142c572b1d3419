"""销毁记录: the proofs that stay of cases and of accounts that were disposed of."""

from typing import Any

import orjson
import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import AUDITOR, Person
from engine.policy import may_in_house
from engine.rules.masking import masked
from engine.scope import Scope, check_scope
from engine.text import Text
from engine.units import line, parents
from models import account_disposals, disposal_requests, disposals, people, procedures, trail, units

SIZE = 50
_ASKER, _DECIDER = people.alias("asker"), people.alias("decider")


def _proofs(table: sa.Table, *more: Any) -> sa.Select[Any]:
    return (
        sa.select(
            table,
            *more,
            procedures.c.title_zh,
            procedures.c.title_en,
            units.c.name.label("unit"),
            _ASKER.c.name.label("asked_by"),
            _DECIDER.c.name.label("decided_by"),
        )
        .join(procedures, procedures.c.id == table.c.procedure_id)
        .join(units, units.c.id == table.c.unit_id)
        .join(disposal_requests, disposal_requests.c.id == table.c.request_id)
        .join(_ASKER, _ASKER.c.id == disposal_requests.c.asked_by)
        .join(_DECIDER, _DECIDER.c.id == disposal_requests.c.decided_by)
    )


_CASES = _proofs(disposals, sa.literal("cases").label("of"))
_ACCOUNTS = _proofs(
    account_disposals,
    sa.literal("accounts").label("of"),
    account_disposals.c.opened_at.label("started_at"),
    account_disposals.c.closed_at.label("ended_at"),
)


def _within(scope: Scope, table: sa.Table) -> sa.ColumnElement[bool]:
    if scope.everything:
        return sa.true()
    return sa.or_(table.c.unit_id.in_(scope.units), table.c.procedure_id.in_(scope.procedures))


def disposal_list(conn: sa.Connection, person: Person, before: int | None = None) -> tuple[list[Any], int | None]:
    """The proofs within one's scope, the newest first, 50 at a time, and where the next ones begin."""
    scope, found = check_scope(conn, person), list[Any]()
    for statement, table in ((_CASES, disposals), (_ACCOUNTS, account_disposals)):
        here = _within(scope, table)
        if before is not None:
            here &= table.c.house_seq < before
        found += conn.execute(statement.where(here).order_by(table.c.house_seq.desc()).limit(SIZE + 1)).all()
    found.sort(key=lambda row: -row.house_seq)
    return found[:SIZE], found[SIZE - 1].house_seq if len(found) > SIZE else None


def disposal(conn: sa.Connection, person: Person, number: str) -> dict[str, Any]:
    """The proof of a case with what the trail of the house says of it; NotFound outside one's scope."""
    return _one(conn, person, _CASES.where(disposals.c.number == number[:40]), disposals)


def account_disposal(conn: sa.Connection, person: Person, account_id: int) -> dict[str, Any]:
    """The same of an account."""
    return _one(conn, person, _ACCOUNTS.where(account_disposals.c.account_id == account_id), account_disposals)


def _one(conn: sa.Connection, person: Person, statement: sa.Select[Any], table: sa.Table) -> dict[str, Any]:
    row = conn.execute(statement.where(_within(check_scope(conn, person), table))).first()
    if row is None:
        raise NotFound()
    told = conn.execute(sa.select(trail).where(trail.c.chain == 0, trail.c.seq == row.house_seq)).first()
    facts = orjson.loads(told.facts) if told else {}
    return {**row._mapping, "title": Text(row.title_zh, row.title_en), "facts": masked(facts)}


def takes_package(conn: sa.Connection, person: Person, proof: dict[str, Any]) -> str:
    """How this person gets the package kept with a proof: "open", with a "reason", or not at all."""
    if not proof["package_kept"]:
        return ""
    if may_in_house(person.roles, "decide_disposal"):
        return "open"
    if proof["procedure_id"] in check_scope(conn, person).procedures:
        return "open"
    return "" if person.units_as(AUDITOR).isdisjoint(line(proof["unit_id"], parents(conn))) else "reason"


def kept_package(proof: dict[str, Any]) -> str:
    """The SHA-256 of the package that was kept with a proof; NotFound where none was."""
    if not proof["package_kept"]:
        raise NotFound()
    return str(proof["package_sha256"])
