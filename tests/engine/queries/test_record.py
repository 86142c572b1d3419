"""What a row says otherwise than the trail is found, and when a publication cannot have been is refused or found."""

import importlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine import queries, trail
from engine.errors import Invalid
from engine.queries.audit import record
from engine.queries.audit.checking import check_cases
from engine.text import Text
from models import cases, contents, reading, tasks, writing
from models import trail as lines
from tests.engine.test_trail import drop_triggers
from tests.support.story import Story

STEP = "approve_by_enterprise_head"
FILED = {"archived_material": ["application", "reviews", "media", "evidence"], "archive_place": "柜"}


@pytest.fixture(scope="module")
def story(templates: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    database, remove = templates("sqlite").copy()
    engine = database.engine()
    yield Story(engine, tmp_path_factory.mktemp("office"))
    engine.dispose()
    remove()


def told(story: Story, case_id: int) -> list[tuple[str, str]]:
    with reading(story.engine) as conn:
        (one,) = check_cases(conn, [case_id], story.now)
        return [(each.kind, each.facts["why"]["zh"]) for each in one.path.found]


def test_every_row_that_says_otherwise_than_its_line_is_told_and_set_right_it_is_not(story: Story) -> None:
    case_id = story.approved()
    approval = (tasks.c.case_id == case_id) & (tasks.c.step == STEP)
    revision, case = contents.c.case_id == case_id, cases.c.id == case_id
    other = story.id_of("pan.yi")
    fields = story.read(sa.select(contents.c.fields).where(revision))[0].fields
    changes: list[tuple[Any, dict[str, Any], Text | None, bool]] = [
        (approval, {"for_id": other}, record.NO_HAND, False),
        (approval, {"actor_id": None}, record.NO_HAND, False),
        (approval, {"decision": None}, record.NO_WORD, False),
        (approval, {"comment": "别的意见"}, None, False),  # the line holds no comment to differ from
        (approval, {"content_sha256": "a" * 64}, record.OTHER_OBJECT, False),
        (revision, {"fields": {**fields, "title": "跳楼价"}}, record.OTHER_CONTENT.fill(no=1), True),
        (revision, {"sha256": "b" * 64}, record.OTHER_CONTENT.fill(no=1), True),
        (approval, {"closed_at": story.now.replace(year=2020)}, record.OTHER_WORDS, False),
        (case, {"applicant_id": other}, record.OTHER_START, False),
        (case, {"started_at": story.now.replace(year=2020)}, record.OTHER_START, False),
    ]
    for where, values, why, seen in changes:
        table = where.left.table if where is not approval else tasks
        before = story.read(sa.select(*table.c[tuple(values)]).where(where))[0]._mapping
        story.write(table.update().where(where).values(values))
        assert told(story, case_id) == ([("record", why.zh)] if why else []), values
        with reading(story.engine) as conn:
            doubts = queries.case_view(conn, story.person("zeng.ming"), case_id, story.now).doubts
        assert bool(doubts) is seen, values
        story.write(table.update().where(where).values(dict(before)))
    assert told(story, case_id) == []


def test_a_case_that_went_with_all_its_rows_before_an_anchor_leaves_a_gap_in_the_numbers(story: Story) -> None:
    left, gone = story.start(), story.start()
    with writing(story.engine) as conn:
        assert list(trail.missing_numbers(conn)) == []
        drop_triggers(conn)
        conn.execute(lines.delete().where(lines.c.chain == gone))
        conn.execute(cases.update().where(cases.c.id == gone).values(number="X-1"))  # as good as gone, with all it has
        (missing,) = trail.missing_numbers(conn)
        assert missing.missing == 1 and story.case(left).number.startswith(missing.series[:-1])
        conn.rollback()


def test_a_publication_before_its_approval_or_in_times_to_come_is_refused_and_found_where_it_got_in(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = story.approved()
    answers, now = story.published("fang.cheng"), story.now
    wrong = {
        now - timedelta(minutes=6): "早于审批",
        now.replace(year=2099): "还没有到",
        now.replace(year=2019): "早于审批",
    }
    for at, word in wrong.items():
        with pytest.raises(Invalid) as refused:
            story.decide("fang.cheng", story.task(case_id), answers | {"published_at": at.isoformat()})
        assert word in refused.value.fields["published_at"][0].zh
    for at, why in ((now, None), (now - timedelta(minutes=4), None), *wrong.items()):
        case_id = story.approved()
        with monkeypatch.context() as patch:
            if why:
                patch.setattr(importlib.import_module("engine.actions.decide"), "check_published", lambda *_: None)
            story.decide("fang.cheng", story.task(case_id), answers | {"published_at": at.isoformat()})
        story.decide("lin.xia", story.task(case_id), FILED)
        assert [kind for kind, _ in told(story, case_id)] == (["dated"] if why else [])
        assert not why or why[:2] in told(story, case_id)[0][1]
