"""The pages of the figures: what a head reads, where each number leads, and what there is to keep."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa
from flask import Flask

from engine.errors import NotFound
from engine.figures import read_period
from engine.people import Person, person_by_login
from engine.queries.audit.figure_cases import Behind, figure_cases
from engine.queries.audit.figure_lines import Sought, figure_lines
from engine.queries.audit.figures import Asked, figures
from engine.queries.audit.workload import workload
from engine.queries.inbox import counts
from models import people, reading
from tests.engine.figures.test_figures import close_all
from tests.support.databases import Database
from tests.support.history import END, History, write_history
from tests.support.history_told import Act
from tests.web.conftest import build
from tests.web.visitor import Page, Visitor

YEAR = "from=2026-03&to=2027-02"
DAY = 24 * 3600
SPAN = ((31 + 28) * DAY, 424 * DAY)  # from the first of March to the end of February, in seconds of the history


def cells(page: Page, table: str) -> dict[str, list[str]]:
    """First cell of a row -> the others."""
    rows = page.tree.cssselect(f"#{table} tbody tr")
    return {row[0].text_content(): [cell.text_content() for cell in row[1:]] for row in rows}


def within(moment: int | None) -> bool:
    return moment is not None and SPAN[0] <= moment < SPAN[1]


def done(history: History, unit: str, step: str) -> list[Act]:
    mine = (act for case in history.cases if case.unit == unit and case.slug == "pub-company-info" for act in case.acts)
    return [act for act in mine if act.step == step and act.state == "done" and within(act.closed)]


def test_a_head_reads_the_figures_of_the_own_unit_and_gets_from_each_to_its_cases(
    sqlite: Database, tmp_path: Path
) -> None:
    engine = sqlite.engine()
    history = write_history(engine, 1_500, seed=5)
    close_all(engine, END, tmp_path, ("month",))
    engine.dispose()
    app = build(sqlite, tmp_path, clock=lambda: END)
    head = Visitor(app)
    head.become("zhou.ning")
    page = head.open(f"/audit/figures?{YEAR}")
    assert page.status == 200
    sales = [case for case in history.cases if case.unit == "SALES"]
    started, ended = sum(within(c.started) for c in sales), sum(within(c.ended) for c in sales)
    assert cells(page, "units") == {"销售部": cells(page, "units")["销售部"]}
    assert cells(page, "units")["销售部"][:2] == [str(started), str(ended)]
    assert [int(row[0]) for row in cells(page, "periods").values()] == counted(history, "SALES")
    assert all(row[-1].startswith("✓") for row in cells(page, "periods").values())
    asked = [parse_qs(urlsplit(link).query) for link in page.links() if link.startswith("/audit/?")]
    assert {"unit": ["SALES"], "started": ["2026-03-01..2027-02-28"]} in asked
    assert {"state": ["done"], "ended": ["2026-03-01..2026-03-31"]} in asked
    check_missed(head, history)
    check_kept(head, page)
    check_heat(head, history)
    check_others(head, app)
    check_counts(app)
    check_work(app)
    app.extensions["house"].engine.dispose()


def check_counts(app: Flask) -> None:
    """A number that leads to the list of cases is found again there, of a unit with others below it too."""
    leader = Visitor(app)
    leader.become("liang.heng")
    page = leader.open(f"/audit/figures?{YEAR}")
    links = page.tree.cssselect("#units td a[href*='unit=ECB'], #periods tbody tr:first-child td a[href^='/audit/?']")
    told = {link.get("href"): int(link.text_content()) for link in links if link.get("href").startswith("/audit/?")}
    assert len(told) >= 8
    for path, number in told.items():
        assert f"共 {number} 份" in leader.open(path).words(".qf-tools"), path
    check_behind(leader)


def check_behind(leader: Visitor) -> None:
    """Of each kind of number one: behind it are as many tasks or lines, and the way back is where one came from."""
    months, kinds = "from=2026-10&to=2026-11", Counter[str]()
    pages = [f"/audit/{path}?{months}" for path in ("figures", "figures/registers", "figures/work")]
    pages += [f"/audit/figures?{months}&procedure=pub-company-info", "/audit/report?month=2026-10&unit=SALES"]
    for address in pages:
        for link in leader.open(address).tree.cssselect("td a, .qf-figure"):
            path, asked = link.get("href"), parse_qs(urlsplit(link.get("href")).query)
            kind, text = f"{urlsplit(path).path} {asked.get('what')}", link.text_content()
            if not path.startswith("/audit/figures/") or not text.isdigit() or kind in kinds:
                continue
            kinds[kind] += 1
            told = leader.open(path)
            assert f" {text} 件" in told.words("h2"), (address, path)
            assert address in told.links(), path
    assert len(kinds) >= 12, kinds
    check_totals(leader.open(pages[0]), leader.open(pages[3]))


def check_totals(page: Page, narrow: Page) -> None:
    """Each table adds up to the same, also that of units within each other; every case has an outcome or none."""
    first, *totals = [
        [cell.text_content() for cell in page.tree.cssselect(f"#{table} tfoot td")[:6]]
        for table in ("periods", "procedures", "units")
    ]
    assert totals == [first, first]
    rows = cells(page, "periods").values()
    assert first == [str(sum(int(row[at]) for row in rows)) for at in range(6)]
    ends = cells(narrow, "outcomes").values()
    told = [
        narrow.tree.cssselect(f"#{table} tfoot td")[at].text_content()
        for table, at in (("outcomes", 0), ("periods", 1))
    ]
    assert told == [str(sum(int(row[0]) for row in ends))] * 2


def check_work(app: Flask) -> None:
    """What waits for somebody is what the own inbox has, and every number of the table is found again behind it."""
    owner = Visitor(app)
    owner.become("tian.ye")
    works = owner.open(f"/audit/figures/work?{YEAR}")
    told = {link.get("href"): int(link.text_content()) for link in works.tree.cssselect("#people td a")}
    waits = {path: number for path, number in told.items() if "what=open" in path or "what=overdue" in path}
    for path, number in waits.items():
        assert len(owner.open(path).tree.cssselect("tbody tr")) == number, path
    rows = {name: int(row[2]) for name, row in cells(works, "people").items()}
    with reading(app.extensions["house"].engine) as conn:
        logins = {row.name: row.login for row in conn.execute(sa.select(people))}
        alone = {name: number for name, number in rows.items() if number and name in logins}
        assert alone and len(alone) < len([path for path in waits if "what=open" in path]), "and a post of several"
        for name, number in alone.items():
            person = person_by_login(conn, logins[name], END)
            assert person and counts(conn, person)["todo"] >= number, name
        check_statements(conn, person_by_login(conn, "shen.yan", END))


def check_statements(conn: sa.Connection, owner: Person | None) -> None:
    """However many people, posts and lines there are."""
    first, last = read_period("2026-10"), read_period("2027-02")
    assert first and last and owner
    asked, ran = Asked(first, last, unit="SALES"), list[str]()
    view = figures(conn, owner, asked, ("person",), now=END)
    sa.event.listen(conn.engine, "before_cursor_execute", lambda *told: ran.append(told[2]))
    queries = [
        (12, lambda: workload(conn, owner, view, END)),
        (12, lambda: figure_cases(conn, owner, asked, Behind("open", person=owner.id), END)),
        (8, lambda: figure_lines(conn, owner, asked, Sought("published"), END)),
    ]
    for most, ask in queries:
        ran.clear()
        assert ask()
        assert len(ran) <= most, ran


def counted(history: History, unit: str) -> list[int]:
    found = Counter(f"{history.at(c.started):%Y-%m}" for c in history.cases if c.unit == unit and within(c.started))
    return [found[key] for key in sorted(found)]


def check_missed(head: Visitor, history: History) -> None:
    """Every deadline missed at a step is in the list behind the number, page by page, and none else."""
    step, procedure = "review_by_unit_head", "pub-company-info"
    page = head.open(f"/audit/figures?{YEAR}&procedure={procedure}")
    missed = [act for act in done(history, "SALES", step) if act.due is not None and (act.closed or 0) > act.due]
    row = cells(page, "steps")["审核本单位信息"]
    assert row[6] == str(len(missed)) != "0"
    address = next(link for link in page.links() if "what=missed" in link and f"step={step}" in link)
    listed = 0
    while address:
        told = head.open(address)
        listed += len(told.tree.cssselect("tbody tr"))
        address = next((link for link in told.links() if "before=" in link), "")
    assert listed == len(missed)
    returns = [act for act in done(history, "SALES", step) if act.decision == "return"]
    told = head.open(f"/audit/figures/cases?{YEAR}&procedure={procedure}&step={step}&what=return")
    assert len(told.tree.cssselect("tbody tr")) == len(returns) > 0
    assert returns[0].comment in told.words()


def check_kept(head: Visitor, page: Page) -> None:
    """The table as a file: readable for office programs, lengths in hours, the whole hash."""
    kept = head.open(f"/audit/figures?{YEAR}&csv=periods")
    assert kept.headers["Content-Type"].startswith("text/csv") and "periods-2026-03-2027-02.csv" in str(kept.headers)
    lines = kept.text.removeprefix("\ufeff").splitlines()
    assert kept.text.startswith("\ufeff") and "时长中位数(小时)" in lines[0] and len(lines) == 13
    assert re.fullmatch(r"2026-03(,\d+){7}(,[\d.]+){5},[\d.]+%,[0-9a-f]{64}", lines[1]), lines[1]
    assert page.tree.cssselect("#periods tbody span[title]")[0].get("title") == f"SHA-256 {lines[1].split(',')[-1]}"


def check_heat(head: Visitor, history: History) -> None:
    """The drawing says the numbers of the table beside it."""
    address = f"{YEAR}&procedure=pub-company-info&by=count"
    page, marks = head.open(f"/audit/heat?{address}"), head.client.get(f"/audit/heat.json?{address}").json
    texts = {one["id"]: one["text"] for one in marks["heat"]}
    assert texts["review_by_unit_head"] == str(len(done(history, "SALES", "review_by_unit_head")))
    assert texts["review_by_unit_head"] in page.words(".qf-heat table")
    assert max(one["level"] for one in marks["heat"]) == 5
    assert "<bpmn:definitions" in head.open(f"/audit/heat.bpmn?{address}").text


def check_others(head: Visitor, app: object) -> None:
    """Another unit's figures are nought, a procedure without own cases is not there; nonsense is not asked."""
    assert "这段时间没有数据" in head.open(f"/audit/figures?{YEAR}&unit=MKT").words("#units")
    for path in ("/audit/heat?procedure=pub-promo-content", "/audit/heat.bpmn?procedure=pub-promo-content"):
        assert head.open(path).status == NotFound.status
    for odd in ("from=2026-13&to=x", "grain=year", "procedure=%00'&version=99999999999999999999", "unit=%F0%9F%98%80"):
        for path in (
            "/audit/figures",
            "/audit/figures/work",
            "/audit/figures/registers?least=-5",
            "/audit/figures/cases",
        ):
            assert (
                head.open(f"{path}{'&' if '?' in path else '?'}{odd}&person=-1&before=99999999999999999999").status
                == 200
            )
    long = head.open("/audit/figures?grain=week&from=2026-W01&to=2026-W20")
    assert long.status == 400 and "有20期尚未封存" in long.words(), "no week is closed here"
    works = head.open(f"/audit/figures/work?{YEAR}")
    assert "周宁" in works.words("#people") and "沈岩" in works.words("#people")
    registers = head.open(f"/audit/figures/registers?{YEAR}&least=1000")
    assert cells(registers, "publishing")["销售部"][1] == "12 ⚠"
    stranger = Visitor(app)  # type: ignore[arg-type]
    stranger.become("lin.xia")
    assert stranger.open("/audit/figures").status == 403
