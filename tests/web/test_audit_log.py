"""The audit log in the browser: every verb has words in both languages, hashes and before and after are there."""

import ast
import re
from collections import defaultdict
from pathlib import Path
from subprocess import run
from sys import executable

import orjson
import sqlalchemy as sa

from engine import actions
from engine.trail.reads import NOTE
from models import trail
from tests.support.story import POST, Story
from tests.web.visitor import Visitor
from web.audit import words

ENGINE = Path(__file__).resolve().parents[2] / "engine"
# Who writes a line, and whether it is one of a case; the verb is the first word each is given.
WRITERS = {"Entry": False, "note": True, "_note": False, "note_draft": False, "_end": True}
# Where the verb is handed on or put together, with those that are written there.
PUT_TOGETHER = {
    "work.py": "",
    "releasing/drafts.py": "",
    "actions/answer.py": "submit answer sign rework",
    "actions/answer_outside.py": "",
    "actions/end.py": "",
    "actions/import_people.py": "add_person change_person add_unit change_unit give_post end_post",
    "actions/views.py": "",
    "actions/workdays.py": "",
    "actions/exceptions.py": "override",
    "actions/held.py": "override",
    "actions/installation.py": "set_installation",
    "trail/reads.py": NOTE,
}
ELSEWHERE = (
    "conformance/",
    "jobs/mail.py",
    "queries/",
    "rules/",
    "trail/verify.py",
    "walks/",
)  # functions called the same
OF_CASES = {"actions/answer.py", "actions/answer_outside.py", "actions/exceptions.py", "actions/held.py"}


def written() -> dict[bool, set[str]]:
    """Every verb that the engine writes into the trail: of cases (True), and of the house or both."""
    found, unread = defaultdict(set), set()
    for place in (path.relative_to(ENGINE).as_posix() for path in ENGINE.rglob("*.py")):
        if place.startswith(ELSEWHERE):
            continue
        for node in ast.walk(ast.parse((ENGINE / place).read_text("utf-8"))):
            called = getattr(node, "func", None)
            name = getattr(called, "id", None) or getattr(called, "attr", None)
            if not isinstance(node, ast.Call) or name not in WRITERS:
                continue
            choices = [
                one for arg in node.args for one in ([arg.body, arg.orelse] if isinstance(arg, ast.IfExp) else [arg])
            ]
            said = [one.value for one in choices if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            whole = any(isinstance(arg, ast.IfExp) for arg in node.args)
            found[WRITERS[name] or place in OF_CASES] |= set(said if whole else said[:1])
            unread |= set() if said else {place}
    assert unread == PUT_TOGETHER.keys(), "say in this file which verbs are written there"
    for place, verbs in PUT_TOGETHER.items():
        found[place in OF_CASES] |= set(verbs.split())
    return found


def test_the_log_says_every_verb_in_words_and_shows_hashes_and_what_was_before(one_app):
    app = one_app
    administrator = Visitor(app, "tian.ye")
    administrator.send("/workdays/day", unit="SALES", day="2026-12-05", working="1", reason="盘点,13812345678")
    page = administrator.open("/audit/log").text
    verbs, chinese = written(), re.compile("[\u4e00-\u9fff]")
    assert len(verbs[True]) > 60 and len(verbs[False]) > 40

    def silent(page: str, sort: re.Pattern[str]) -> tuple[set[str], set[str]]:
        of_cases, of_house = (
            {verb for verb, text in re.findall(r'<option value="(\w+)"[^>]*>([^<]+)<', group) if sort.search(text)}
            for group in page.split("<optgroup")[1:3]
        )
        return verbs[True] - of_cases, verbs[False] - of_cases - of_house

    assert silent(page, chinese) == (set(), set())
    assert len(re.findall(r"<code>[0-9a-f]{64}</code>", page)) >= 2
    assert "13812345678" not in page and "138****5678" in page and "这里的内容已脱敏" in page
    page = administrator.open("/audit/log?verb=set_workday").text
    assert "设定工作日" in page and "盘点" in page and "变更后" in page and "田野" in page
    administrator.client.set_cookie("language", "en")
    page = administrator.open("/audit/log?verb=set_workday").text
    assert "Set a working day" in page and silent(page, re.compile("^[^\u4e00-\u9fff]+$")) == (set(), set())
    assert administrator.open("/audit/log?from=yesterday").status == 400
    alone = administrator.open("/audit/log?words=inventory")
    assert alone.status == 400 and "also give a case, a person, an action or days" in alone.words()
    assert alone.values("[name=words]") == ["inventory"], "what was typed stays"
    assert "盘点" in administrator.open("/audit/log?words=盘点&verb=set_workday").text
    assert administrator.open("/audit/log?person=%00&before=x&case=%27&part=none").status == 200
    assert words.brief({"login": "lin.xia"}) == "lin.xia" and words.label("nothing_known").zh == "nothing_known"


def test_steps_and_people_go_by_their_names_in_the_reader_s_language(one_app):
    house = one_app.extensions["house"]
    story = Story(house.engine, house.office.data, house.config.clock())
    case_id = story.start()
    story.act("lin.xia", lambda desk: actions.copy(desk, case_id, ["pan.yi", "fang.cheng"]))
    story.decide("zhou.ning", story.task(case_id), {"decision": "return", "comment": "补充来源"})
    story.decide("lin.xia", story.task(case_id), POST)
    story.decide("zhou.ning", story.task(case_id), {"decision": "reject", "comment": "不宜发布"})
    story.start()  # waits for the head of the unit
    number, month = story.case(case_id).number, f"{story.now:%Y-%m}"
    administrator = Visitor(one_app, "tian.ye")
    english = "Review as head of the unit"
    told = administrator.open(f"/cases/{case_id}").words()
    assert "→ 潘一、方澄" in told or "→ 方澄、潘一" in told
    places = [
        "/audit/", f"/audit/log?case={number}", f"/audit/report?month={month}", "/audit/figures/cases?what=return",
        f"/cases/{case_id}",
    ]  # fmt: skip
    drawn = {language: set() for language in ("zh", "en")}
    for language in drawn:
        administrator.client.set_cookie("language", language)
        for path in places:
            page = administrator.open(path).words()
            assert not re.search(r"\breview_by_unit_head\b", page), (language, path)
            drawn[language] |= {path} if english in page else set()
    assert drawn == {"zh": set(), "en": set(places)}
    unnamed = {*words.SIDES, *words.HIDDEN, *words.FACTS}
    facts = [orjson.loads(row.facts) for row in story.read(sa.select(trail.c.facts))]
    assert {name for one in facts for name in one} - unnamed == set(), "every fact has words of its own"
    found = administrator.open("/audit/log?person=zhou.ning&words=不宜").words()
    assert "不宜发布" in found and "补充来源" not in found, "what was said with a decision"


def test_the_script_one_downloads_verifies_the_database_of_the_house(one_app, tmp_path):
    app = one_app
    administrator = Visitor(app, "tian.ye")
    told = administrator.open("/audit/verify.py")
    assert told.status == 200 and "attachment" in told.headers["Content-Disposition"]
    script = tmp_path / "verify.py"
    script.write_text(told.text, "utf-8")
    database = app.extensions["house"].engine.url.database
    done = run([executable, "-I", script, database], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "完好 / whole")
    assert run([executable, "-I", script], capture_output=True, check=False).returncode == 1
    assert Visitor(app, "pan.yi").open("/audit/verify.py").status == 403
    assert Path(database).exists()
