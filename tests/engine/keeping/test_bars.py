"""What keeps a case that another one rests on, what a hold keeps whatever its days, and what is left of a case that
stays."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine.actions import disposals as asked
from engine.actions.dispose_case import reason_to_keep
from engine.archive import package_path
from engine.desk import Desk
from engine.jobs import dispose as job_module
from engine.jobs.sweep import expire
from engine.jobs.worker import Place
from engine.keeping import held
from engine.trail import Entry, write
from models import cases, disposal_items, disposals, holds, publications, takedowns
from tests.engine.keeping.test_disposal import ADMIN, OWNER, SLUG, ended, work_off
from tests.support.story import Story

YEAR = timedelta(days=366)


def why(story: Story, case_id: int) -> str | None:
    with models.reading(story.engine) as conn:
        found = reason_to_keep(Desk(conn, None, story.now, story.office), case_id)
    return found.zh if found else None


def hold(story: Story, **named: Any) -> None:
    story.write(holds.insert().values(reason="诉讼", put_by=1, put_at=story.now, **named))


def dispose(story: Story, place: Place, keep: bool = True) -> None:
    request = story.act(OWNER, lambda desk: asked.ask_disposal(desk, SLUG, "保存期满", keep))
    story.act(ADMIN, lambda desk: asked.decide_disposal(desk, request, True, "同意"))
    work_off(story, place, "dispose")


def test_a_publication_stays_while_the_case_that_took_it_down_is_kept(story: Story, place: Place) -> None:
    first = ended(story)
    case = story.case(first)
    row = {"number": "FB-2026-00001", "case_id": first, "channel_id": 1, "unit_id": story.unit("SALES")}
    row |= {"title": "预告", "link": "https://weibo.com/1/Ab", "content_sha256": case.content_sha256, "approvals": []}
    row |= {"published_by": 1, "published_at": story.now, "archived_at": story.now, "keep_until": story.now}
    story.write(publications.insert().values(row))
    said = {"number": row["number"], "content": case.content_sha256}
    with models.writing(story.engine) as conn:
        seq, hash = write(conn, first, case.trail_seq, case.trail_hash, [Entry("archive", facts=said)], story.now)
        conn.execute(cases.update().where(cases.c.id == first).values(trail_seq=seq, trail_hash=hash))
    story.now += 3 * YEAR
    second = ended(story)
    down = {"publication_id": 1, "reason": "过期", "taken_down_at": story.now, "case_id": second}
    story.write(takedowns.insert().values(down))
    story.start()
    work_off(story, place)
    story.now += 3 * YEAR
    assert why(story, first) == "撤下它的发布的申请还要保存。"
    story.now += 3 * YEAR
    assert why(story, first) is None and why(story, second) == "它撤下的发布还在登记簿中。"
    hold(story, number=story.case(second).number)
    assert why(story, first) == "撤下它的发布的申请还要保存。"
    story.write(holds.update().values(lifted_at=story.now))
    for gone in (first, second):  # neither waits for the other for ever
        dispose(story, place)
        assert story.read(sa.select(disposals.c.chain).order_by(disposals.c.house_seq))[-1].chain == gone


@pytest.mark.parametrize(
    "days",
    [{"until": date.max}, {"until": date(9999, 12, 30)}, {"since": date.min}, {"since": date.min, "until": date.max}],
)
def test_a_hold_keeps_whatever_days_were_stored(story: Story, days: dict[str, date]) -> None:
    case_id = ended(story)
    hold(story, **days)
    with models.writing(story.engine) as conn:
        assert list(conn.scalars(sa.select(cases.c.id).where(held(conn)))) == [case_id]
        expire(conn, story.now)


def test_a_case_that_stays_after_all_leaves_no_package(story: Story, place: Place, monkeypatch: Any) -> None:
    first, second = ended(story), ended(story)
    story.start()
    work_off(story, place)
    story.now += 6 * YEAR
    verify, number = job_module.verify_package, story.case(first).number

    def meanwhile(path: Any) -> Any:
        """A hold is put between the package and the deletion."""
        if not story.read(sa.select(holds)):
            hold(story, number=number)
        return verify(path)

    monkeypatch.setattr(job_module, "verify_package", meanwhile)
    dispose(story, place)
    assert dict(story.read(sa.select(disposal_items.c.chain, disposal_items.c.state))) == {
        first: "kept",
        second: "done",
    }
    packages = place.office.data / "packages"
    (proof,) = story.read(sa.select(disposals.c.package_sha256))
    assert [one for one in packages.rglob("*") if one.is_file()] == [package_path(packages, proof.package_sha256)]
    assert not list(packages.glob(".*"))
