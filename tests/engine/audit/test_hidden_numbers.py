"""Who looks over cases finds no telephone, identity number or mail address by asking for it, letter by letter."""

from pathlib import Path

import pytest

from engine import actions
from engine.errors import BadInput
from engine.finding.address import is_personal, list_wanted
from engine.finding.wanted import AUDIT
from engine.queries.audit.cases import how_many_cases
from models import reading
from tests.support.databases import Database
from tests.support.story import NOW, Story

CONTACT = "电话13847215678或139 6172 5678、(0411)65551234、证310104199001011239、li.lei@example.com、分机 8012"
MORE = "a137·4444.5678、6222 3333 7777 888 999"
HIDDEN = (
    "1",
    "13",
    "138",
    "1384",
    "6172",
    "4444",
    "3333",
    "7777",
    "0411",
    "6555",
    "310",
    "3101",
    "l",
    "li.l",
    "lei@ex",
    "li.lei@example.com",
)
TYPED = ("13847", "138 47", "138-4721", "1.3.8.4.7", "1384７", "电话13847", "x138_4721", "GS-2026-0001 13847")


def test_asking_digit_by_digit_leads_no_further_than_the_mask(database: Database, tmp_path: Path) -> None:
    story = Story(database.engine(), tmp_path)
    number = story.case(story.start(contact=CONTACT, title="2026-11-29发布会800人")).number
    story.start(contact=MORE)
    story.give_post("ren.ke", "auditor", "SALES")
    person = story.person("ren.ke")

    def finds(name: str, text: str) -> bool:
        wanted = {"procedure": "pub-company-info", name: text}
        with reading(story.engine) as conn:
            return how_many_cases(conn, person, list_wanted(conn, AUDIT, wanted, NOW), 2) > 0

    assert [text for text in HIDDEN if finds("f.contact", text)] == []
    assert [text for text in HIDDEN[3:] if finds("search", text)] == []
    open_to_all = [("f.contact", "8012"), ("f.contact", "分机"), ("search", "800"), ("search", "2026-11-29")]
    open_to_all += [("search", number), ("search", number.lower()), ("search", number[:-1])]
    assert [one for one in open_to_all if not finds(*one)] == [], "what is not hidden"
    for text in TYPED:
        for name in ("search", "f.contact"):
            with pytest.raises(BadInput) as refused:
                finds(name, text)
            assert "号码" in refused.value.fields[name][0].zh, text
    asked = {"search": "13847"}
    for call in (
        lambda desk: actions.ask_export(desk, asked, "csv"),
        lambda desk: actions.keep_view(desk, AUDIT, "号", asked),
    ):
        with pytest.raises(BadInput):
            story.act("ren.ke", call)
    assert not is_personal("GS-2026-12345") and is_personal("2026-12345")
    story.engine.dispose()
