"""What a person may put into answers: files that stay with the case, and nothing that breaks the house."""

import io

import pytest
import sqlalchemy as sa

from engine import actions
from engine.errors import QianfaError, TooLarge
from engine.walks import samples
from models import uploads
from tests.support.story import POST, Story


def test_a_file_used_again_belongs_to_the_new_case_too(story: Story):
    stream = io.BytesIO(samples.make("jpeg", 1_500_000))
    kept = story.act("lin.xia", lambda desk: actions.upload(desk, actions.receive(desk.office, stream, "海报.jpg")))
    pictures = [{"sha256": kept["sha256"]}]
    rights = {"image_source": "销售部", "image_copyright": "公司所有"}
    first, second = (story.start(images=pictures, **rights) for _ in range(2))
    found = story.read(sa.select(uploads.c.id, uploads.c.case_id).order_by(uploads.c.id))
    assert [row.case_id for row in found] == [first, second]
    seen = story.act("zhou.ning", lambda desk: actions.download(desk, found[1].id).sha256)
    assert seen == pictures[0]["sha256"], "the reviewer of the second case sees what is approved"


def test_answers_nested_beyond_all_measure_are_told_too_large(story: Story):
    deep: list = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(TooLarge):
        story.act("lin.xia", lambda desk: actions.start(desk, "pub-company-info", POST | {"images": deep}))


@pytest.mark.parametrize("odd", [{"contact": "a\0b"}, {"images": ["\0" * 64]}, {"channel": "\0"}, {"channel": ["x"]}])
def test_odd_answers_are_refused_in_words(story: Story, odd):
    with pytest.raises(QianfaError):
        story.act("lin.xia", lambda desk: actions.start(desk, "pub-company-info", POST | odd))


@pytest.mark.parametrize("odd", ["\0", "x" * 100_000])
def test_an_odd_word_never_breaks_an_action(story: Story, odd):
    case_id = story.start()
    task = story.task(case_id)
    for login, call in (
        ("lin.xia", lambda desk: actions.comment(desk, case_id, odd)),
        ("lin.xia", lambda desk: actions.copy(desk, case_id, [odd])),
        ("zhou.ning", lambda desk: actions.transfer(desk, task, odd, "出差")),
        ("zhou.ning", lambda desk: actions.transfer(desk, task, "he.sui", odd)),
        ("lin.xia", lambda desk: actions.start(desk, odd, {})),
        ("lin.xia", lambda desk: actions.save_draft(desk, f"task:{odd}", {"a": odd})),
        ("lin.xia", lambda desk: actions.withdraw(desk, case_id, odd)),
    ):
        try:
            story.act(login, call)
        except QianfaError as error:
            assert error.text.zh
