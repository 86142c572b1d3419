"""成批归档: ask for the archive packages of all cases of a time in one file; a job makes it."""

from datetime import date
from zipfile import ZipFile

import sqlalchemy as sa

from engine.actions.read import read, read_each
from engine.desk import Desk
from engine.errors import Invalid, NotAllowed, NotFound
from engine.keeping.ended import ended_between
from engine.queue import enqueue
from engine.scope import whole_files
from engine.text import Text
from engine.trail import Entry, house
from models import bundles, cases, procedures

MOST = 5_000
BUNDLES = "bundles"  # below the data folder: packages that were asked for together
ORDER = Text("结束日期不能早于开始日期。", "The last day is before the first.")
NO_PROCEDURE = Text("没有这个流程。", "There is no such procedure.")
NOTHING = Text("这段时间没有结束的申请。", "No case ended in this time.")
TOO_MANY = Text(
    "共 {n} 个案卷,一次最多 {most} 个,请缩短时间。", "{n} case files; {most} at a time, take a shorter time."
)


def take_bundle(desk: Desk, bundle_id: int) -> str:
    """Put on record that a bundle of one's own leaves, for itself and for each case in it; its file.

    NotFound where it is not ready, NotAllowed where a case in it is no longer within one's scope.
    """
    scope = whole_files(desk.conn, desk.person)
    mine = (bundles.c.id == bundle_id) & (bundles.c.asked_by == desk.person.id) & (bundles.c.state == "ready")
    ready = desk.conn.execute(sa.select(bundles.c.id).where(mine, bundles.c.expires_at > desk.now)).first()
    path = desk.office.data / BUNDLES / f"{bundle_id}.zip"
    if ready is None or not path.is_file():
        raise NotFound()
    with ZipFile(path) as packed:
        numbers = [name.removesuffix(".zip") for name in packed.namelist()]
    there = sa.select(cases.c.id, scope.condition().label("within")).where(cases.c.number.in_(numbers))
    found = desk.conn.execute(there).all()
    if not all(row.within for row in found):
        raise NotAllowed()
    read(desk, None, "exported", bundle=bundle_id)
    read_each(desk, [row.id for row in found], "exported", bundle=bundle_id, format="zip")
    return str(path)


def ask_bundle(desk: Desk, slug: str, since: date, until: date) -> int:
    """The number of the bundle; of a procedure, or of all of them where `slug` is empty, within one's scope."""
    conn = desk.conn
    scope = whole_files(conn, desk.person)
    procedure = conn.execute(sa.select(procedures.c.id).where(procedures.c.slug == slug)).scalar() if slug else None
    if slug and procedure is None:
        raise Invalid({"procedure": [NO_PROCEDURE]})
    if until < since:
        raise Invalid({"until": [ORDER]})
    here = ended_between(procedure, since, until) & scope.condition()
    count = conn.execute(sa.select(sa.func.count()).select_from(cases).where(here)).scalar_one()
    if not count or count > MOST:
        raise Invalid({"until": [TOO_MANY.fill(n=count, most=MOST) if count else NOTHING]})
    row = {"procedure_id": procedure, "since": since, "until": until, "asked_by": desk.person.id}
    row |= {"asked_at": desk.now, "state": "waiting", "count": count}
    made: int = conn.execute(bundles.insert().returning(bundles.c.id), row).scalar_one()
    facts = {"bundle": made, "slug": slug, "since": since.isoformat(), "until": until.isoformat(), "cases": count}
    house(conn, [Entry("ask_bundle", facts=facts, actor_id=desk.person.id)], desk.now)
    enqueue(conn, "bundle", {"bundle": made}, f"bundle:{made}", now=desk.now)
    return made
