"""迁移: move the running cases of a procedure to the version in use; each in a transaction of its own, on record."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.actions.comments import said
from engine.actions.migrating import Outlook, move, outlook
from engine.actions.migrating_plan import plan_between
from engine.desk import Desk
from engine.errors import Conflict, Invalid, NotAllowed, NotFound, QianfaError
from engine.operations import services
from engine.procedures.renaming import choices, elements_of
from engine.procedures.version import Version, current_version, load_version
from engine.queue import enqueue
from engine.releasing.drafts import may_on
from engine.standing import NOT_ENDED
from engine.text import Text
from engine.trail import Entry, house
from engine.work import Work, open_case
from models import case_migrations, cases, migrated_cases, versions

LONGEST_PREVIEW = 500
REASON = Text("请说明迁移原因。", "Say why the cases are migrated.")
OWN_CASE = Text(
    "迁移人是这份申请的申请人或办理人,须由别人迁移。",
    "Whoever migrates applied or acted in this case; somebody else has to migrate it.",
)
NONE = Text("所选版本没有可迁移的在办申请。", "There is no running case of the chosen versions.")
UNKNOWN_VERSION = Text("没有这个版本,或它就是现行版本。", "There is no such version, or it is the one in use.")
RENAMED = Text(
    "「{old}」只能对应新版本里新增的、同一种的环节,且一个环节只能对应一次。",
    "“{old}” can only be what is new in the new version and of the same kind, and each only once.",
)
BUSY = Text("此流程的上一次迁移还没有完成。", "The last migration of this procedure is still at work.")


@dataclass(frozen=True)
class Forecast:
    """One case as a migration would find it: `reasons` why it stays, else `notes` and `tasks` that change hands."""

    case_id: int
    number: str
    title: str
    version_no: int
    steps: tuple[str, ...]
    reasons: tuple[Text, ...]
    notes: tuple[Text, ...]
    tasks: tuple[tuple[str, str | None, str | None], ...]  # (step, offered to before, offered to then)

    @property
    def goes(self) -> bool:
        return not self.reasons


def plan_migration(
    desk: Desk, slug: str, numbers: Collection[int], renamed: Mapping[str, str]
) -> tuple[list[Forecast], int]:
    """What would become of each running case of these versions, the newest first, and how many there are.

    Nothing is written; no more than LONGEST_PREVIEW are looked at. NotFound, NotAllowed, Invalid as for the start.
    """
    new, olds = _asked(desk, slug, numbers, renamed)
    here = _running(olds)
    count = desk.conn.execute(sa.select(sa.func.count()).select_from(cases).where(here)).scalar_one()
    ids = desk.conn.execute(sa.select(cases.c.id).where(here).order_by(cases.c.id.desc()).limit(LONGEST_PREVIEW))
    return [_forecast(desk, case_id, new, renamed) for case_id in list(ids.scalars())], count


def _forecast(desk: Desk, case_id: int, new: Version, renamed: Mapping[str, str]) -> Forecast:
    work = open_case(desk, case_id)
    steps: tuple[str, ...] = ()
    try:
        found = outlook(work, plan_between(work.version, new, renamed))
        steps = tuple(dict.fromkeys(task.name for task in work.flow(services(work)).open_tasks))
    except QianfaError as error:
        found = Outlook(reasons=[error.text])
    if _has_part(work, desk.person.id):
        found = Outlook(reasons=[OWN_CASE])
    again = [
        (str(one.values["name"]), one.row.offered_to, one.values["offered_to"])
        for one in found.shifts
        if one.offer is not None
    ]
    row = work.row
    reasons, notes = tuple(found.reasons), tuple(found.notes)
    return Forecast(row.id, row.number, row.title, work.version.no, steps, reasons, notes, tuple(again))


def _has_part(work: Work, person_id: int) -> bool:
    """Whether the person applied or acted in the case: its way is not for them to choose."""
    return person_id == work.row.applicant_id or any(person_id in one.hands for one in work.acted)


def start_migration(desk: Desk, slug: str, numbers: Collection[int], renamed: Mapping[str, str], reason: str) -> int:
    """Let every running case of these versions be moved to the version in use by a job; the migration's number.

    Open to who may release the procedure. Invalid for unknown versions and names, Conflict while another is at work.
    """
    new, olds = _asked(desk, slug, numbers, renamed)
    reason = said(reason, REASON)
    check_idle(desk.conn, new.procedure_id)
    row = {"procedure_id": new.procedure_id, "version_id": new.id, "renamed": dict(renamed), "reason": reason}
    row |= {"made_by": desk.person.id, "made_at": desk.now}
    number: int = desk.conn.execute(case_migrations.insert().returning(case_migrations.c.id), row).scalar_one()
    found = sa.select(sa.literal(number), cases.c.id, sa.literal("waiting"), cases.c.version_id).where(_running(olds))
    columns = ["migration_id", "case_id", "state", "version_id"]
    count = desk.conn.execute(migrated_cases.insert().from_select(columns, found)).rowcount
    if not count:
        raise Invalid({"version": [NONE]})
    facts = {"migration": number, "slug": slug, "to": new.no, "from": sorted(one.no for one in olds), "cases": count}
    house(desk.conn, [Entry("migrate_cases", facts=facts | {"reason": reason}, actor_id=desk.person.id)], desk.now)
    enqueue(desk.conn, "migrate_cases", {"migration": number}, f"migrate_cases:{number}", now=desk.now)
    return number


def check_idle(conn: sa.Connection, procedure_id: int) -> None:
    """Conflict while cases of the procedure still wait for a migration, or for going back."""
    left = (
        sa.select(migrated_cases.c.case_id)
        .join(case_migrations, case_migrations.c.id == migrated_cases.c.migration_id)
        .where(case_migrations.c.procedure_id == procedure_id, migrated_cases.c.state.in_(("waiting", "returning")))
    )
    if conn.execute(left.limit(1)).first() is not None:
        raise Conflict(BUSY)


def check_right(desk: Desk, slug: str) -> None:
    """NotFound for who may not see the procedure, NotAllowed for who may not release it."""
    if not may_on(desk.conn, desk.person, slug, "release"):
        raise NotAllowed() if may_on(desk.conn, desk.person, slug, "see") else NotFound()


def _running(olds: list[Version]) -> sa.ColumnElement[bool]:
    return cases.c.version_id.in_([one.id for one in olds]) & cases.c.state.in_(NOT_ENDED)


def _asked(
    desk: Desk, slug: str, numbers: Collection[int], renamed: Mapping[str, str]
) -> tuple[Version, list[Version]]:
    """The version in use and those the cases come from; what is wrong with the question, by field."""
    new = current_version(desk.conn, slug)
    check_right(desk, slug)
    chosen = (versions.c.procedure_id == new.procedure_id) & versions.c.no.in_(numbers) & (versions.c.id != new.id)
    ids = desk.conn.execute(sa.select(versions.c.id).where(chosen).order_by(versions.c.no)).scalars()
    olds = [load_version(desk.conn, one) for one in list(ids)]
    if not olds or len(olds) != len(set(numbers)):
        raise Invalid({"version": [UNKNOWN_VERSION]})
    wrong = list(_wrong_names(new, olds, renamed))
    if wrong:
        raise Invalid({"renamed": wrong})
    return new, olds


def _wrong_names(new: Version, olds: list[Version], renamed: Mapping[str, str]) -> Iterator[Text]:
    known = [choices(old, new) for old in olds]
    for old, to in renamed.items():
        twice = list(renamed.values()).count(to) > 1
        if twice or not any(to in one.get(old, {}) for one in known):
            yield RENAMED.fill(old=next((v.step_name(old) for v in olds if old in elements_of(v)), old[:60]))


def migrate_case(desk: Desk, migration_id: int, case_id: int) -> str:
    """Move one case of a migration, or enter why not; what became of it. A second time changes nothing."""
    mine = (migrated_cases.c.migration_id == migration_id) & (migrated_cases.c.case_id == case_id)
    state = desk.conn.execute(sa.select(migrated_cases.c.state).where(mine).with_for_update()).scalar()
    if state != "waiting":
        return str(state)
    wanted = desk.conn.execute(sa.select(case_migrations).where(case_migrations.c.id == migration_id)).one()
    work = open_case(desk, case_id)
    new = load_version(desk.conn, wanted.version_id)
    try:
        plan = plan_between(work.version, new, wanted.renamed)
        found = outlook(work, plan)
    except QianfaError as error:
        found = Outlook(reasons=[error.text])
    if _has_part(work, wanted.made_by):
        found = Outlook(reasons=[OWN_CASE])
    if found.reasons:
        enter(desk, migration_id, case_id, "refused", found.reasons)
        return "refused"
    facts = {"migration": migration_id, "from": work.version.no, "to": new.no, "reason": wanted.reason}
    facts |= {"from_id": work.version.id, "renamed": dict(plan.renamed)}
    before, after = move(work, plan, found, wanted.made_by, facts)
    enter(desk, migration_id, case_id, "moved", [], version_id=work.version.id, before=before, after=after)
    return "moved"


def enter(desk: Desk, migration_id: int, case_id: int, state: str, why: list[Text], **values: Any) -> None:
    """Write down what became of a case."""
    mine = (migrated_cases.c.migration_id == migration_id) & (migrated_cases.c.case_id == case_id)
    said = {"zh": "".join(one.zh for one in why), "en": " ".join(one.en for one in why)}
    desk.conn.execute(migrated_cases.update().where(mine).values(state=state, at=desk.now, **said, **values))
