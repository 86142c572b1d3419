"""What leaves the house as a file is what the trail and the tables say: the same cases, events and decisions."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from jsonschema_rs import Draft202012Validator
from lxml import etree
from openpyxl import load_workbook

import models
from engine import actions
from engine.errors import BadInput, Conflict, NotAllowed, NotFound
from engine.exporting import TooManyCases, export_now, file_of
from engine.jobs.deliver import KINDS
from engine.jobs.export import KEPT, let_go
from engine.jobs.worker import Place, run
from engine.queries.audit import exported
from engine.queries.audit.exports import own_export, own_exports
from models import cases, contents, exports, jobs, publications, tasks, trail
from tests.engine.audit.scene import HOSTILE, count, crowd
from tests.support.databases import Database
from tests.support.story import Story

HERE = Path(__file__).parent
XES = "{http://www.xes-standard.org/}"


def taken(story: Story, login: str, format: str, **query: str) -> bytes:
    """The file as its person gets it; what is on record proves that it is this one."""
    done = export_now(story.engine, story.office, story.id_of(login), query, format, story.now)
    data = done.path.read_bytes()
    done.path.unlink()
    line = story.read(sa.select(trail).where(trail.c.chain == 0, trail.c.verb == "export").order_by(trail.c.id.desc()))[
        0
    ]
    facts = orjson.loads(line.facts)
    assert line.actor_id == story.id_of(login)
    assert facts["sha256"] == hashlib.sha256(data).hexdigest() and facts["format"] == format
    assert facts["cases"] == done.counted.cases
    return data


def test_every_format_tells_the_same_cases_events_and_decisions_as_the_tables(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = crowd(story)
    story.check()  # engine, tasks, cases and trail agree
    rows = {row.number: row for row in story.read(sa.select(cases))}
    assert len(rows) == 25 and {row.state for row in rows.values()} >= {"running", "done", "rejected", "withdrawn"}
    _check_tables(story, rows)
    decided = Counter(
        row.decision for row in story.read(sa.select(tasks.c.decision).where(tasks.c.state == "done")) if row.decision
    )
    lines = {row.chain: row.n for row in story.read(
        sa.select(trail.c.chain, sa.func.count().label("n")).where(trail.c.chain > 0).group_by(trail.c.chain)
    )}  # fmt: skip
    _check_xes(taken(story, "tian.ye", "xes"), rows, lines, decided, story.id_of)
    _check_ocel(story, taken(story, "tian.ye", "ocel"), lines, decided)
    waits = _waits(taken(story, "tian.ye", "xes"), rows, named["claimed"])
    assert waits == (3600.0, 5 * 3600.0), "an hour until it was claimed, five until it was done"
    _check_scopes_and_limits(story, monkeypatch)


def _check_tables(story: Story, rows: dict[str, Any]) -> None:
    data = taken(story, "tian.ye", "csv", procedure="pub-company-info")
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") >= len(rows) - 5
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    first, lines = table[0], table[1:]
    own = {number: row for number, row in rows.items() if number.startswith("GS-")}
    assert {line[0] for line in lines} == own.keys() and all(len(line) == len(first) for line in lines)
    assert first[:2] == ["编号", "标题"] and "联系人" in "".join(first), "the questions of the form are columns"
    for line in lines:
        title = own[line[0]].title
        if title[0] in "=+-@\t\r":
            assert line[1] == f"'{title}"
        assert not any(cell[:1] in tuple("=+-@\t\r") for cell in line), line
    book = load_workbook(io.BytesIO(taken(story, "tian.ye", "xlsx", procedure="pub-company-info")))
    cells = list(book.active.iter_rows())
    assert {row[0].value for row in cells[1:]} == own.keys()
    assert all(cell.data_type != "f" for row in cells for cell in row)
    titles = {row[0].value: row[1].value for row in cells[1:]}
    assert all("\ufffd" in titles[number] or titles[number].split() == own[number].title.split() for number in own)
    assert {row.title for row in own.values()} >= set(HOSTILE)


def _check_xes(data: bytes, rows: dict[str, Any], lines: Any, decided: Any, id_of: Callable[[str], int]) -> None:
    log = etree.fromstring(data)
    etree.XMLSchema(etree.parse(HERE / "xes.xsd")).assertValid(log)
    assert {one.get("prefix") for one in log.findall(f"{XES}extension")} == {"concept", "lifecycle", "time", "org"}
    traces = {_said(trace)["concept:name"]: trace for trace in log.findall(f"{XES}trace")}
    assert traces.keys() == rows.keys()
    found = Counter[str]()
    for number, trace in traces.items():
        events = [_said(event) for event in trace.findall(f"{XES}event")]
        assert len(events) == lines[rows[number].id]
        assert [int(event["seq"]) for event in events] == list(range(1, len(events) + 1))
        found.update(event["decision"] for event in events if event.get("decision"))
        assert events[0]["verb"] == "start" and id_of(events[0]["org:resource"]) == rows[number].applicant_id
        if rows[number].ended_at:
            assert {"end", "withdraw"} & {event["verb"] for event in events}
    assert found == decided


def _said(element: Any) -> dict[str, str]:
    return {one.get("key"): one.get("value") for one in element if one.get("key")}


def _waits(data: bytes, rows: dict[str, Any], case_id: int) -> tuple[float, float]:
    """Of the step that was claimed before it was decided."""
    (number,) = (number for number, row in rows.items() if row.id == case_id)
    for trace in etree.fromstring(data).findall(f"{XES}trace"):
        if _said(trace)["concept:name"] == number:
            events = [_said(event) for event in trace.findall(f"{XES}event")]
            (one,) = (event for event in events if event.get("worked"))
            return float(one["waited"]), float(one["worked"])
    raise AssertionError(number)


MEANT = {"string": str, "integer": int, "float": float, "time": datetime.fromisoformat}


def _check_ocel(story: Story, data: bytes, lines: Any, decided: Any) -> None:
    log = orjson.loads(data)
    Draft202012Validator(orjson.loads((HERE / "ocel.json").read_bytes()), validate_formats=True).validate(log)
    kinds = Counter(one["type"] for one in log["objects"])
    for kind, table in (("case", cases), ("content", contents), ("publication", publications)):
        assert kinds[kind] == count(story, table) > 0, kind
    assert kinds["account"] == 1 and kinds["channel"] and kinds["person"] > 5
    ids = [one["id"] for one in log["objects"]]
    assert len(ids) == len(set(ids)) and len({one["id"] for one in log["events"]}) == sum(lines.values())
    related = [to for one in (*log["objects"], *log["events"]) for to in one["relationships"]]
    assert {to["objectId"] for to in related} <= set(ids)
    assert Counter(
        to["objectId"] for one in log["events"] for to in one["relationships"] if to["qualifier"] == "case"
    ) == {f"case:{case_id}": n for case_id, n in lines.items()}
    said = Counter(at["value"] for one in log["events"] for at in one["attributes"] if at["name"] == "decision")
    assert said == decided
    for half, types in (("objects", "objectTypes"), ("events", "eventTypes")):
        declared = {one["name"]: {at["name"]: at["type"] for at in one["attributes"]} for one in log[types]}
        for one in log[half]:
            for at in one["attributes"]:
                MEANT[declared[one["type"]][at["name"]]](at["value"])  # KeyError or ValueError where it is not so
    about = [to for one in log["events"] for to in one["relationships"] if to["qualifier"] == "about"]
    assert len(about) > 20, "a decision names the content it was about"
    kinds = {to["objectId"].partition(":")[0] for one in log["events"] for to in one["relationships"]}
    assert kinds == {"case", "content", "person", "unit", "publication", "channel", "account"}


def _check_scopes_and_limits(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported, "AT_ONCE", 7)
    sales = taken(story, "zhou.ning", "csv", search="收银").decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in sales[1:]] == ["四号 收银终端", "一号 收银终端"]
    everything = taken(story, "tian.ye", "ocel")
    counted = _statements(story, "ocel", 7), _statements(story, "ocel", 12)
    more = -(-count(story, cases) // 7) - -(-count(story, cases) // 12)
    assert counted[0] - counted[1] <= more * 10, "so many statements a part, however many cases it has"
    assert sorted(one["id"] for one in orjson.loads(everything)["objects"]) == sorted(
        one["id"] for one in orjson.loads(taken(story, "tian.ye", "ocel"))["objects"]
    )
    for login, query, format, error in [
        ("lin.xia", {}, "csv", NotAllowed),
        ("tian.ye", {"state": "nowhere"}, "csv", BadInput),
        ("tian.ye", {}, "docx", BadInput),
    ]:
        with pytest.raises(error):
            taken(story, login, format, **query)
    monkeypatch.setattr("engine.exporting.COUNT_TO", 5)
    with pytest.raises(TooManyCases):
        taken(story, "tian.ye", "csv")
    assert list((story.office.data / "exports").iterdir()) == [], "a refused file leaves nothing behind"


def _statements(story: Story, format: str, size: int) -> int:
    seen = []
    sa.event.listen(story.engine, "before_cursor_execute", lambda *_: seen.append(1))
    exported.AT_ONCE = size
    taken(story, "tian.ye", format)
    return len(seen)


def test_a_long_list_is_made_by_a_job_and_fetched_by_its_asker_alone(sqlite: Database, tmp_path: Path) -> None:
    story = Story(sqlite.engine(), tmp_path)
    crowd(story)
    place = Place(story.engine, story.office, now=lambda: story.now)

    def ask(login: str, **query: str) -> int:
        return int(story.act(login, lambda desk: actions.ask_export(desk, query, "csv")))

    def job_of(export_id: int) -> int:
        return int(story.read(sa.select(jobs.c.id).where(jobs.c.key == f"export:{export_id}"))[0].id)

    def look(login: str, export_id: int) -> Any:
        with models.reading(story.engine) as conn:
            return own_export(conn, story.person(login), export_id)

    first, second, third = (ask("zhou.ning", state="running") for _ in range(3))
    with pytest.raises(Conflict):
        ask("zhou.ning")
    with pytest.raises(NotAllowed):
        ask("lin.xia")
    assert run(place, KINDS, job_of(first))
    done = look("zhou.ning", first)
    data = file_of(story.office, first).read_bytes()
    assert (done.state, done.size, done.sha256) == ("done", len(data), hashlib.sha256(data).hexdigest())
    assert done.done == len(list(csv.reader(io.StringIO(data.decode(), newline="")))) - 1 > 10
    facts = orjson.loads(story.read(sa.select(trail.c.facts).where(trail.c.verb == "export"))[0].facts)
    assert facts == {"format": "csv", "query": "state=running", "cases": done.done, "sha256": done.sha256}
    with pytest.raises(NotFound):
        look("tian.ye", first)
    with pytest.raises(NotFound):
        story.act("tian.ye", lambda desk: actions.cancel_export(desk, second))
    story.act("zhou.ning", lambda desk: actions.cancel_export(desk, second))
    assert run(place, KINDS, job_of(second)) and look("zhou.ning", second).state == "cancelled"
    with pytest.raises(Conflict):
        story.act("zhou.ning", lambda desk: actions.cancel_export(desk, first))
    story.end_posts("unit_head", login="zhou.ning")
    assert run(place, KINDS, job_of(third)) and look("zhou.ning", third).state == "failed"
    assert count(story, trail, trail.c.verb == "export") == 1
    with models.reading(story.engine) as conn:
        assert [one.id for one in own_exports(conn, story.person("zhou.ning"))] == [third, second, first]
    let_go(place, story.now + KEPT / 2)
    assert file_of(story.office, first).exists() and not file_of(story.office, third).exists()
    let_go(place, story.now + KEPT * 2)
    assert count(story, exports) == 0
