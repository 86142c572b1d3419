"""The catalogue: everything is found, every clause is read where it binds, and what is ours is told as ours."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import gettext

from engine import actions
from engine.operations.approval import OVERRIDE
from engine.procedures.package import Package, load_package, package_folders
from models import procedures
from tests.bpmn.drawing import CATALOGUE
from tests.support.databases import SqliteTemplates
from tests.web.conftest import As, build
from tests.web.visitor import Page, Visitor

FOLDERS = {folder.name: folder for folder in package_folders(CATALOGUE)}
OURS = "系统默认,文件未规定"
TWO_HATS = "审发同岗"
EVERYTHING = "/catalogue?all=1&organisation=any"


@pytest.fixture(scope="module")
def house(templates: Callable[[str], SqliteTemplates], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One house for all who only read."""
    folder = tmp_path_factory.mktemp("catalogue")
    database, remove = templates("sqlite").copy()
    app = build(database, folder)
    yield app
    app.extensions["house"].engine.dispose()
    remove()


@pytest.fixture(scope="module")
def reader(house: Flask) -> Visitor:
    return Visitor(house, "lin.xia")


def card(page: Page, slug: str) -> str:
    """What the card of a procedure says."""
    (found,) = page.tree.xpath(f"//article[.//a[@href='/procedures/{slug}']]")
    return " ".join(found.text_content().split())


def slugs(page: Page) -> list[str]:
    return [link.get("href").rsplit("/", 1)[1] for link in page.tree.cssselect(".qf-procedure h4 a")]


def told(text: str) -> str:
    return " ".join(text.split())


# --- one procedure


@pytest.mark.parametrize("slug", FOLDERS)
def test_every_clause_and_every_default_of_a_procedure_is_read_on_its_page(reader: Visitor, slug: str) -> None:
    package, page = load_package(FOLDERS[slug]), reader.open(f"/procedures/{slug}")
    assert page.status == 200
    words = page.words()
    for clause in package.clauses:
        for said in ("quote", "article", "title", "regulation"):
            assert told(clause[said]) in words, clause
    ours = page.words("#defaults")
    for one in (package, *package.parts.values()):
        for default in one.manifest["defaults"]:
            assert told(default["zh"]) in ours
    assert page.tree.cssselect("[data-diagram]")
    assert (TWO_HATS in words) is ("audit_and_publish" in package.manifest)


@pytest.mark.parametrize("slug", FOLDERS)
def test_a_step_is_told_with_its_clauses_or_as_ours(reader: Visitor, slug: str) -> None:
    package, page = load_package(FOLDERS[slug]), reader.open(f"/procedures/{slug}")
    shown = page.tree.cssselect(".qf-steps > li")
    assert len(shown) >= len(human_steps(package))
    for step in shown:
        cited, marked = step.cssselect(".qf-refs a"), OURS in step.text_content()
        assert bool(cited) is not marked, step.text_content()
    for link in page.tree.cssselect(".qf-refs a"):
        assert page.tree.get_element_by_id(link.get("href")[1:]) is not None


def human_steps(package: Package) -> list[str]:
    from engine.kernel.document import Document

    documents = [Document.read(text) for text in package.documents.values()]
    return [node.id for document in documents for process in document.processes for node in process.nodes if node.human]


def test_a_rule_is_told_with_its_figure_its_level_and_its_clause(reader: Visitor) -> None:
    words = reader.open("/procedures/pub-company-info").words("#rules")
    assert "正文不超过 140 字 不符合不能提交 C-T1" in words
    assert "图片采用JPEG格式,图片大小大于1MB小于5MB" in words
    assert "企管办审核把关开" in reader.open("/procedures/pub-company-info").words("aside")


def test_an_unknown_procedure_is_not_found(reader: Visitor) -> None:
    assert reader.open("/procedures/nothing-of-the-kind").status == 404


# --- all of them


def test_everything_is_on_the_shelf_under_its_organisation(reader: Visitor) -> None:
    page = reader.open(EVERYTHING)
    assert sorted(slugs(page)) == sorted(FOLDERS)
    assert f"列出{len(FOLDERS)}个流程" in page.words("[role=status]")
    for slug, folder in FOLDERS.items():
        manifest = load_package(folder).manifest
        words = card(page, slug)
        assert manifest["summary"]["zh"] in words
        assert manifest["clauses"][0]["regulation"] in words and manifest["clauses"][0]["article"] in words
        assert (TWO_HATS in words) is ("audit_and_publish" in manifest), slug
    assert page.words(".qf-shelf-title").startswith("示范集团总公司"), "one's own organisation stands first"


def test_what_one_may_start_comes_first_and_what_not_says_who_may(reader: Visitor) -> None:
    mine, every = reader.open("/catalogue"), reader.open("/catalogue?all=1")
    assert "pub-company-info" in slugs(mine) and mine.tree.cssselect("a[href='/start/pub-company-info']")
    others = set(slugs(every)) - set(slugs(mine))
    assert others, "there is something else in the own organisation"
    for slug in others:
        assert "发起" in card(every, slug) and f"/start/{slug}" not in every.links()
        assert reader.open(f"/start/{slug}").status == 404
    assert {load_package(FOLDERS[slug]).manifest["organisation"] for slug in slugs(every)} == {"HQ"}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("公司微博、微信", "pub-company-info"),
        ("PUB-company", "pub-company-info"),
        ("S3-1", "acc-open-staff"),
        ("140字以内", "pub-company-info"),
        ("information officer", "pub-company-info"),
        ("微博 临时", "acc-weibo-temp-login"),
    ],
)
def test_a_procedure_is_found_by_words_of_its_title_its_name_its_regulation_its_clauses(
    reader: Visitor, words: str, found: str
) -> None:
    page = reader.open(f"{EVERYTHING}&q={quote(words)}")
    assert found in slugs(page) and len(slugs(page)) < len(FOLDERS)
    assert page.values("#q") == [words], "the address keeps what was asked"


def test_a_regulation_and_an_organisation_narrow_the_shelf(reader: Visitor) -> None:
    page = reader.open("/catalogue?all=1&organisation=any&regulation=S0-1")
    assert set(slugs(page)) == {
        slug
        for slug, folder in FOLDERS.items()
        if any(clause["regulation"] == "S0-1" for clause in load_package(folder).manifest["clauses"])
    }
    assert page.tree.cssselect("select[name=regulation] option[selected]")[0].get("value") == "S0-1"
    assert slugs(reader.open("/catalogue?all=1&organisation=NOWHERE")) == []


def test_an_empty_shelf_says_what_to_do_next(reader: Visitor) -> None:
    nothing = reader.open("/catalogue?q=没有这样的词")
    assert "清除筛选" in nothing.words(".empty") and "/catalogue" in nothing.links()
    elsewhere = Visitor(reader.client.application, "pan.yi").open("/catalogue?q=pub-company-info")
    assert "全部流程中有1个符合" in elsewhere.words(".empty")
    assert slugs(reader.open(elsewhere.tree.cssselect(".empty a")[0].get("href"))) == ["pub-company-info"]


def test_what_is_typed_into_the_address_does_no_harm(reader: Visitor) -> None:
    for query in ("q=%00", "q=<b>", "organisation=%25", "regulation='", "q=" + "长" * 5000, "all=&q=%F0%9F%92%A9"):
        assert reader.open(f"/catalogue?{query}").status == 200, query


def test_the_statements_behind_the_shelf_do_not_grow_with_it(one_app: Flask) -> None:
    reader, engine = Visitor(one_app, "lin.xia"), one_app.extensions["house"].engine
    reader.open(EVERYTHING)  # every version is read once in a process
    seen: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *told: seen.append(told[2]))
    assert len(slugs(reader.open(EVERYTHING))) == len(FOLDERS)
    many = len(seen)
    with engine.begin() as conn:
        conn.execute(procedures.update().where(procedures.c.slug != "acc-open-staff").values(version_id=None))
    seen.clear()
    assert slugs(reader.open(EVERYTHING)) == ["acc-open-staff"]
    assert many == len(seen) <= 4, seen


# --- where a case runs


@pytest.mark.parametrize("slug", FOLDERS)
def test_who_may_start_a_procedure_finds_it_in_the_catalogue_and_begins(house: Flask, slug: str) -> None:
    starter = Visitor(house)
    starter.become(load_package(FOLDERS[slug]).walks[0]["applicant"])
    assert slug in slugs(starter.open("/catalogue"))
    page = starter.open(f"/start/{slug}")
    assert page.status == 200
    assert page.tree.cssselect(f"form[action='/start/{slug}'] .qf-bar button.btn-primary")
    beside = page.words("aside")
    assert "《" in beside or OURS in beside, "the clauses of the first step, or that it is ours"


def test_the_start_page_shows_the_clauses_of_the_form_and_of_its_questions(reader: Visitor) -> None:
    page = reader.open("/start/pub-company-info")
    assert "第六条" in page.words("aside .qf-clause")
    around = page.tree.get_element_by_id("body").getparent()
    assert "第十条(2)" in around.text_content() and "正文不超过 140 字" in around.text_content()
    assert "依据 《公司微博、微信管理办法》第六条" in page.words(".qf-next .qf-why")


def test_each_step_of_a_case_stands_beside_its_clause(visit_one: As) -> None:
    officer, head = visit_one("lin.xia"), visit_one("zhou.ning")
    case_id = officer.start()
    page = officer.open(f"/cases/{case_id}")
    lines = [" ".join(line.text_content().split()) for line in page.tree.cssselect(".qf-timeline > li")]
    assert len(lines) > 5
    assert all("依据 《" in line or OURS in line for line in lines), lines
    assert "第七条" in head.open(f"/tasks/{head.task_of(case_id)}").words(".qf-basis")


def test_a_step_of_a_part_cites_the_clause_of_the_part(visit_one: As) -> None:
    page = visit_one("lin.xia").open("/procedures/pub-company-info?part=test-and-mass-send.bpmn")
    assert "test-and-mass-send.bpmn" in page.tree.cssselect("[data-diagram]")[0].get("data-diagram")
    part = load_package(Path(CATALOGUE, "publishing", "pub-company-info")).parts["test_and_mass_send"]
    steps = {" ".join(line.text_content().split()): line for line in page.tree.cssselect(".qf-steps > li")}
    (sent,) = (line for words, line in steps.items() if "群发并留存证据" in words)
    cited = [page.tree.get_element_by_id(link.get("href")[1:]).text_content() for link in sent.cssselect(".qf-refs a")]
    assert any(part.manifest["clauses"][0]["quote"] in words for words in cited)


WORD = "警方通报一起六合彩案件。"  # gambling, of which the head of the unit may allow an exception
REASON = "防赌宣传,须写明案件名称"


def test_who_approves_sees_the_exception_that_is_asked_for_and_everybody_who_allowed_it(visit_one: As) -> None:
    officer, head = visit_one("lin.xia"), visit_one("zhou.ning")
    case_id = officer.start(body=WORD, exception_reason=REASON)
    asked = head.open(f"/tasks/{head.task_of(case_id)}").words(".qf-exception")
    assert "申请例外,须由申请人所在单位负责人同意并写明意见" in asked
    assert REASON in asked and "六合彩" in asked
    head.decide(head.task_of(case_id), "approve", comment="同意例外")
    allowed = officer.open(f"/cases/{case_id}")
    assert "例外已由周宁批准:同意例外" in allowed.words(".qf-exception")
    assert "批准例外" in allowed.words(".qf-timeline")


def test_what_the_rules_remarked_on_stands_beside_the_content(visit_one: As) -> None:
    officer, head = visit_one("lin.xia"), visit_one("zhou.ning")
    case_id = officer.start()  # without a picture
    assert "图文并茂" in head.open(f"/tasks/{head.task_of(case_id)}").words(".qf-remarks")


def test_every_line_of_the_trail_is_told_in_words(one_app: Flask) -> None:
    engine_folder = Path(actions.__file__).parents[1]
    told = {
        verb
        for path in engine_folder.rglob("*.py")
        for verb in re.findall(r"""\bnote\(\s*"([a-z_]+)\"""", path.read_text("utf-8"))
    }
    template = one_app.jinja_env.get_template("timeline.html")
    with one_app.test_request_context():
        known = template.make_module({"_": gettext}).verbs
    assert told and told | {OVERRIDE} <= set(known), told - set(known)
