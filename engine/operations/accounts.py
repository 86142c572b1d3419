"""Accounts of the staff and of outside persons: opened, changed, suspended, closed, and asked about.

An account of the staff belongs to its holder; an outside person's has a colleague as holder, who answers for it.
"""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from engine.operations import terms
from engine.operations.lookups import PURPOSE, REASON, check_days, day, find_person, find_unit, listed, today, words
from engine.text import Text
from engine.work import Work
from models import accounts, handovers, lendings, people, publications

KIND = Text("账号类型", "The kind of account")
NAME = Text("账号名称", "The name of the account")
USER = Text("使用人", "The user")
RIGHTS = Text("使用权限", "The rights")
BACKUP = Text("备份编号", "The reference of the backup")
HAS_ONE = Text(
    "{name}已有在用的{kind}账号「{account}」,一人一号(S2-10 4.3)。",
    "{name} already has a {kind} account “{account}” in use; one account per person (S2-10 4.3).",
)
NAME_TAKEN = Text("账号「{account}」已经登记过。", "The account “{account}” is already in the register.")
TEMPORARY = Text(
    "外部人员的临时账号必须设定使用权限和有效期(S3-1 二(一)3)。",
    "A temporary account of an outside person needs rights and a last day (S3-1 II(1)3).",
)
NO_EXTERNALS = Text("本单位的账号只供内部员工使用。", "Accounts of this organisation are for its own staff only.")
PAST = Text("有效期「{day}」已经过去。", "The last day {day} has already passed.")
TOO_FAR = Text(
    "临时账号的有效期最长{days}天,到期可续(本系统默认)。",
    "A temporary account is valid for {days} days at most and may be renewed (our default).",
)
SELF_GRANTED = Text(
    "不得为自己变更权限或账号:申请人就是受益人(S2-02 4、S2-17 6.3)。",
    "Nobody grants rights or accounts to oneself: the applicant is the one who gains (S2-02 4, S2-17 6.3).",
)
OWNER_STAYS = Text(
    "官方账号不得转让,所属单位不能变更(S4-19 第五条)。",
    "An official account is never passed on; its owner unit cannot change (S4-19 Art. 5).",
)
NOT_A_PERSONS = Text(
    "官方账号没有持有人,请变更其管理员或运营者。",
    "An official account has no holder; change its administrator or operator.",
)
LENT = Text("账号「{account}」尚有未收回的借用。", "The account “{account}” is lent and was not taken back.")
NO_BACKUP = Text("注销前必须先备份。", "It is backed up before it is closed.")
NO_RIGHT_STATE = Text(
    "账号「{account}」当前状态不能这样办理。", "The account “{account}” is not in the right state for this."
)


def open_account(
    work: Work,
    kind: str,
    account: str,
    holder: str,
    purpose: str = "",
    rights: str | list[Any] = "",
    valid_until: str = "",
    user_name: str = "",
    custodian: str = "",
    at_most: int = 90,
) -> dict[str, Any]:
    """Enter an account that was opened; `user_name` is an outside person, then it lasts `at_most` days.

    C-A1: one for a person and kind; C-A3: an outside person's has rights and a last day; C-A10.
    """
    person = find_person(work, holder)
    facts: dict[str, Any] = {
        "kind": words(kind, KIND, 40),
        "name": words(account, NAME, 100),
        "user_name": words(user_name, USER, 100, needed=False),
        "purpose": words(purpose, PURPOSE, 2000, needed=False),
        "rights": listed(rights, RIGHTS),
        "valid_until": _last_day(work, valid_until) if valid_until else None,
        "custodian_id": find_person(work, custodian).id if custodian else None,
    }
    if facts["user_name"]:
        _check_outside(work, facts["rights"], facts["valid_until"], at_most)
    _check_single(work, person, facts["kind"], facts["name"], facts["user_name"])
    number = terms.enter(work, state="active", holder_id=person.id, unit_id=person.unit_id, **facts)
    work.note("open_account", account=facts["name"], kind=facts["kind"], holder=holder)
    return {"number": number, "name": facts["name"], "holder": holder}


def change_account(
    work: Work,
    account: int | str,
    holder: str = "",
    unit: str = "",
    rights: str | list[Any] = "",
    valid_until: str = "",
    name: str = "",
    custodian: str = "",
    at_most: int = 90,
) -> dict[str, Any]:
    """Begin a new term of an account; only what is given changes, and nothing given confirms that it is in use.

    C-A5: an official account keeps its owner unit; C-A11: who applies gains nothing.
    """
    row = terms.take(work, account)
    if row.official and unit:
        raise Conflict(OWNER_STAYS)
    if row.official and holder:
        raise BadInput(NOT_A_PERSONS)
    changes: dict[str, Any] = {}
    if holder:
        person = find_person(work, holder)
        changes |= {"holder_id": person.id, "unit_id": person.unit_id, "custodian_id": None}
    if unit:
        changes["unit_id"] = find_unit(work, unit).id
    if rights:
        changes["rights"] = listed(rights, RIGHTS)
    if valid_until:
        changes["valid_until"] = _last_day(work, valid_until)
    if name:
        changes["name"] = words(name, NAME, 100)
    if custodian:
        changes["custodian_id"] = find_person(work, custodian).id
    gains = changes.get("holder_id", row.holder_id)
    if gains == work.row.applicant_id and (holder or rights or valid_until):
        raise Conflict(SELF_GRANTED)
    if row.user_name and (rights or valid_until):
        _check_outside(work, changes.get("rights", row.rights), changes.get("valid_until", row.valid_until), at_most)
    if holder and gains != row.holder_id:
        _check_single(work, person, row.kind, "", row.user_name)
        _forget_secrets(work, row.id)
    if name and changes["name"] != row.name:
        _check_name(work, row.kind, changes["name"])
    terms.turn(work, row, **changes)
    work.note("change_account", account=row.name, **_told(holder, unit, rights, valid_until, name, custodian))
    return {"number": row.id, "name": changes.get("name", row.name), "holder": _login(work, gains)}


def _told(holder: str, unit: str, rights: Any, valid_until: str, name: str, custodian: str) -> dict[str, Any]:
    told = {"holder": holder, "unit": unit, "rights": rights, "valid_until": valid_until, "name": name}
    return {key: value for key, value in (told | {"custodian": custodian}).items() if value}


def suspend_account(work: Work, account: int | str, reason: str, until: str = "") -> dict[str, Any]:
    """Nobody may use it until it is restored; `until` is the last day meant, it does not end by itself."""
    row = terms.take(work, account)
    if row.state not in ("active", "registered"):
        raise Conflict(NO_RIGHT_STATE.fill(account=row.name))
    last = _last_day(work, until) if until else None
    terms.turn(work, row, words(reason, REASON, 2000), state="suspended", suspended_until=last)
    _forget_secrets(work, row.id)
    work.note("suspend_account", account=row.name, reason=reason)
    return {"state": "suspended"}


def restore_account(work: Work, account: int | str) -> dict[str, Any]:
    """Back in use, if it was not before. C-A11: not for oneself."""
    row = terms.take(work, account, closed=True)
    if row.state != "suspended":
        return {"state": row.state}
    if row.holder_id == work.row.applicant_id:
        raise Conflict(SELF_GRANTED)
    ready = not row.official or row.certificate or row.channel_id
    terms.turn(work, row, state="active" if ready else "registered", suspended_until=None)
    work.note("restore_account", account=row.name)
    return {"state": "active" if ready else "registered"}


def close_account(work: Work, account: int | str, reason: str, backup: str = "") -> dict[str, Any]:
    """End an account for good; C-A7: where the regulations ask for a backup, with its reference."""
    return close(work, terms.take(work, account, closed=True), reason, backup)


def close(work: Work, row: Any, reason: str, backup: str) -> dict[str, Any]:
    """Close the account of this row; refused while it is lent. What was closed before stays as it was."""
    if row.state == "closed":
        return {"closed_at": row.closed_at.isoformat()}
    why = words(reason, REASON, 2000)
    kept = words(backup, BACKUP, 200, needed=False)
    asked = terms.figure(work, "C-A7")
    if asked and (asked.figure is True or row.kind in asked.figure) and not kept:
        raise Conflict(asked.broken("", NO_BACKUP).text)
    out = (lendings.c.account_id == row.id) & lendings.c.returned_at.is_(None)
    if work.desk.conn.execute(sa.select(lendings.c.id).where(out)).first():
        raise Conflict(LENT.fill(account=row.name))
    terms.turn(work, row, why, state="closed", suspended_until=None, backup=kept)
    _forget_secrets(work, row.id)
    work.note("close_account", account=row.name, reason=why, backup=kept)
    return {"closed_at": work.desk.now.isoformat()}


def check_account(work: Work, account: int | str, right: str = "") -> dict[str, Any]:
    """Whether it may be used today (with this right); an account that is in no register may not."""
    row = terms.look_up(work, account)
    if row is None:
        return {"active": False, "number": None, "holder": "", "rights": [], "valid_until": "", "state": "unknown"}
    lasts = row.valid_until is None or row.valid_until >= today(work.desk.now)
    return {
        "active": row.state == "active" and lasts and (not right or right in row.rights),
        "number": row.id,
        "holder": _login(work, row.holder_id or row.administrator_id),
        "rights": row.rights,
        "valid_until": row.valid_until.isoformat() if row.valid_until else "",
        "state": row.state,
    }


def idle_accounts(work: Work, days: int) -> dict[str, Any]:
    """The accounts of the organisation in use that nobody confirmed, and that published nothing, for so many days."""
    before = work.desk.now - timedelta(days=check_days(days))
    published = sa.exists().where(
        publications.c.channel_id == accounts.c.channel_id, publications.c.published_at >= before
    )
    found = work.desk.conn.execute(
        sa.select(accounts.c.name)
        .where(
            accounts.c.state == "active",
            accounts.c.confirmed_at < before,
            terms.ours(work),
            ~published,
        )
        .order_by(accounts.c.id)
    ).scalars()
    names = list(found)
    return {"accounts": names[:200], "count": len(names)}


def _last_day(work: Work, text: str) -> date:
    last = day(text)
    if last < today(work.desk.now):
        raise BadInput(PAST.fill(day=last))
    return last


def _check_outside(work: Work, rights: list[str], last: date | None, at_most: int) -> None:
    """C-A3 and C-A10: outside persons only where they are let in, with rights, and for a time."""
    allowed = terms.figure(work, "C-A10")
    if allowed and not allowed.figure:
        raise Conflict(allowed.broken("", NO_EXTERNALS).text)
    if not rights or last is None:
        raise BadInput(TEMPORARY)
    if last > today(work.desk.now) + timedelta(days=check_days(at_most)):
        raise BadInput(TOO_FAR.fill(days=at_most))


def _check_single(work: Work, person: Any, kind: str, name: str, user: str) -> None:
    """C-A1; of two at once the database lets one through, the other is told on its second try."""
    mine = (accounts.c.holder_id == person.id) & (accounts.c.kind == kind) & (accounts.c.user_name == user)
    other = work.desk.conn.execute(sa.select(accounts.c.name).where(mine, accounts.c.state != "closed")).scalar()
    if other:
        raise Conflict(HAS_ONE.fill(name=user or person.name, kind=kind, account=other))
    if name:
        _check_name(work, kind, name)


def _check_name(work: Work, kind: str, name: str) -> None:
    same = (accounts.c.kind == kind) & (accounts.c.name == name) & (accounts.c.state != "closed")
    if work.desk.conn.execute(sa.select(accounts.c.id).where(same, terms.ours(work))).first():
        raise Conflict(NAME_TAKEN.fill(account=name))


def _forget_secrets(work: Work, account: int) -> None:
    """What was sealed for a look is no use any more, and nobody sees it."""
    sealed = (handovers.c.account_id == account) & handovers.c.secret.is_not(None)
    work.desk.conn.execute(handovers.update().where(sealed).values(secret=None))


def _login(work: Work, person: int | None) -> str:
    return work.desk.conn.execute(sa.select(people.c.login).where(people.c.id == person)).scalar() or ""
