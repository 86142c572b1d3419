"""The audit log in the browser: every verb has words in both languages, hashes and before and after are there."""

import re
from pathlib import Path
from subprocess import run
from sys import executable

from tests.engine.actions.test_on_record import WRITES
from tests.web.visitor import Visitor
from web.audit import words

FURTHER = set(
    "found import_people add_person change_person add_unit change_unit clear_office_hours incident end escalate "
    "override outside_wrong_code rework sign answer".split()
)


def test_the_log_says_every_verb_in_words_and_shows_hashes_and_what_was_before(one_app):
    app = one_app
    administrator = Visitor(app, "tian.ye")
    administrator.send("/workdays/day", unit="SALES", day="2026-12-05", working="1", reason="盘点")
    page = administrator.open("/audit/log").text
    options = dict(re.findall(r'<option value="(\w+)"[^>]*>([^<]+)</option>', page))
    silent = {verb for verb in {*WRITES.values(), *FURTHER} if not re.search("[\u4e00-\u9fff]", options.get(verb, ""))}
    assert silent == set()
    assert len(re.findall(r"<code>[0-9a-f]{64}</code>", page)) >= 2
    page = administrator.open("/audit/log?verb=set_workday").text
    assert "设定工作日" in page and "盘点" in page and "变更后" in page and "田野" in page
    administrator.client.set_cookie("language", "en")
    assert "Set a working day" in administrator.open("/audit/log?verb=set_workday").text
    assert administrator.open("/audit/log?from=yesterday").status == 400
    assert administrator.open("/audit/log?person=%00&before=x&case=%27&part=none").status == 200
    assert words.brief({"login": "lin.xia"}) == "lin.xia" and words.label("nothing_known").zh == "nothing_known"


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
