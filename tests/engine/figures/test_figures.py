"""Each figure a second time: from what the generator of a history kept, and from the rows by plain Python."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

import models
from engine.actions.close_period import close_period, periods_to_close, reckon_period
from engine.desk import Desk, Office
from engine.errors import NotAllowed
from engine.figures import read_period, spread
from engine.figures.closing import canonical, changed_periods
from engine.figures.reading import KINDS, live
from engine.jobs.clock import PERIODS, SETTLED, Clock
from engine.jobs.worker import Place
from engine.people import person_by_login
from engine.queries.audit import figures as audit
from models import cases, closed_figures, closed_periods, procedures, publications, slots, tasks, trail, units
from tests.engine.test_trail import drop_triggers
from tests.support.history import BEGIN, ZONE, History, write_history
from tests.support.history_told import Act, Told

Sums = dict[tuple[Any, ...], tuple[Counter[str], dict[str, list[int]]]]


def keys(moment: datetime) -> tuple[str, str]:
    """The month and the week a moment lies in, reckoned without the code that is tested."""
    local = moment.astimezone(ZONE)
    return f"{local:%Y-%m}", f"{local:%G}-W{local:%V}"


class Expected:
    """Every figure of every month and week, from what was told."""

    def __init__(self, history: History, numbers: dict[str, int], channels: dict[str, int]):
        self.history, self.numbers = history, numbers
        self.sums: Sums = defaultdict(lambda: (Counter(), defaultdict(list)))
        self.keys = {seconds: keys(history.at(seconds)) for case in history.cases for seconds in moments(case)}
        for case in history.cases:
            self.case(case)
            self.registers(case, channels)

    def add(self, seconds: int, kind: str, case: Told, subject: str, name: str, length: int | None = None) -> None:
        for period in self.keys[seconds]:
            key = period, kind, self.numbers[case.slug], case.version, case.unit_id, subject
            if length is None:
                self.sums[key][0][name] += 1
            else:
                self.sums[key][1][name].append(length)

    def case(self, case: Told) -> None:
        self.add(case.started, "case", case, "", "started")
        if case.ended is not None:
            self.add(case.ended, "case", case, "", f"state:{case.state}")
            if case.outcome:
                self.add(case.ended, "case", case, "", f"outcome:{case.outcome}")
            self.add(case.ended, "case", case, "", "cycle", case.ended - case.started)
        for act in case.acts:
            if act.closed is not None:
                self.act(case, act, act.closed)

    def act(self, case: Told, act: Act, closed: int) -> None:
        if act.state != "done":
            self.add(closed, "step", case, act.step, "closed")
            return
        late = act.due is not None and closed > act.due
        for kind, subject in (("step", act.step), ("person", str(act.actor))):
            self.add(closed, kind, case, subject, "done")
            if late:
                self.add(closed, kind, case, subject, "missed")
        if act.due is not None and not late:
            self.add(closed, "step", case, act.step, "met")
        if act.decision:
            self.add(closed, "step", case, act.step, f"said:{act.decision}")
        claimed = closed if act.claimed is None else act.claimed
        self.add(closed, "step", case, act.step, "waiting", claimed - act.opened - act.waited_paused)
        if act.claimed is not None:
            self.add(closed, "step", case, act.step, "work", closed - claimed - act.worked_paused)

    def registers(self, case: Told, channels: dict[str, int]) -> None:
        if case.account is not None:
            self.add(case.account, "account", case, "", "opened")
        if case.lent:
            since, until, back = case.lent
            self.add(since, "account", case, "", "lent")
            if back is None or back > until:
                self.add(until, "account", case, "", "overdue")
        wechat = any(act.step == "mass_send" for act in case.acts)
        if case.published is not None and case.state == "done":  # what waits to be filed is not registered yet
            channel = channels["official_wechat" if wechat else "official_weibo"]
            entered = next(act.closed for act in reversed(case.acts) if act.step == "archive_by_unit" and act.closed)
            self.add(entered, "publication", case, str(channel), "published")
        if case.slot is not None:
            self.add(case.slot * 86400, "slot", case, str(channels["official_wechat"]), "booked")

    def running(self, period: str, end: datetime) -> Counter[tuple[Any, ...]]:
        ends = (end - BEGIN).total_seconds()
        return Counter(
            (period, "case", self.numbers[case.slug], case.version, case.unit_id, "")
            for case in self.history.cases
            if case.started < ends and (case.ended is None or case.ended >= ends)
        )


def moments(case: Told) -> Iterator[int]:
    yield case.started
    yield from (act.closed for act in case.acts if act.closed is not None)
    yield from (one for one in (case.ended, case.account, case.published, *(case.lent or ())) if one is not None)
    if case.slot is not None:
        yield case.slot * 86400


def plain(counts: dict[str, int], lengths: dict[str, list[int]]) -> str:
    """The same canonical text, made otherwise."""
    told = {"counts": {name: counts[name] for name in counts if counts[name]},
            "lengths": {name: sorted(found) for name, found in lengths.items()}}  # fmt: skip
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()


def close_all(engine: sa.Engine, now: datetime, folder: Path, grains: tuple[str, ...] = ("month", "week")) -> int:
    with models.reading(engine) as conn:
        found = [one for one in periods_to_close(conn, now) if one.grain in grains]
    with models.writing(engine) as conn:
        for period in found:
            assert close_period(Desk(conn, None, now, Office(folder)), reckon_period(conn, period))
    return len(found)


def expected_of(engine: sa.Engine, history: History) -> Expected:
    with models.reading(engine) as conn:
        numbers = {row.slug: row.id for row in conn.execute(sa.select(procedures))}
        channels = {row.code: row.id for row in conn.execute(sa.select(models.channels))}
    return Expected(history, numbers, channels)


def check_closed(engine: sa.Engine, expected: Expected) -> None:
    """Every stored row is what it should be, and there is no other."""
    with models.reading(engine) as conn:
        closed = list(conn.execute(sa.select(closed_periods.c.period)).scalars())
        rows = conn.execute(sa.select(closed_figures)).all()
    stored = {(r.period, r.kind, r.procedure_id, r.version_id, r.unit_id, r.subject): r.figures for r in rows}
    for period in closed:
        running = expected.running(period, audit_end(period))
        for key, number in running.items():
            expected.sums[key][0]["running"] = number
    wanted = {key: plain(*sums) for key, sums in expected.sums.items() if key[0] in closed}
    assert stored.keys() == wanted.keys()
    assert [(key, stored[key], text) for key, text in wanted.items() if stored[key] != text] == []
    assert closed


def audit_end(period: str) -> datetime:
    if "W" in period:
        first = datetime.strptime(f"{period}-1", "%G-W%V-%u").replace(tzinfo=ZONE)
        return first.fromordinal(first.toordinal() + 7).replace(tzinfo=ZONE)
    year, month = map(int, period.split("-"))
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=ZONE)


def check_page(engine: sa.Engine, history: History) -> None:
    """The tables of the page over a whole year, against the ledger."""
    first, last = read_period("2026-01"), read_period("2026-12")
    assert first and last
    with models.reading(engine) as conn:
        head = person_by_login(conn, "tian.ye", history.now)
        assert head
        view = audit.figures(
            conn, head, audit.Asked(first, last, "pub-company-info"), ("case", "step", "person"), now=history.now
        )
        rows, steps, by_unit = audit.by_procedure(view), audit.by_step(view), audit.by_unit(view)
    year = (datetime(2027, 1, 1, tzinfo=ZONE) - BEGIN).total_seconds()
    mine = [case for case in history.cases if case.slug == "pub-company-info"]
    ended = [case for case in mine if case.ended is not None and case.ended < year]
    (row,) = rows
    assert row.count("started") == sum(case.started < year for case in mine)
    assert row.ended == len(ended)
    assert row.count("running") == sum(
        case.started < year and (case.ended is None or case.ended >= year) for case in mine
    )
    check_spread(row.spread("cycle"), [case.ended - case.started for case in ended if case.ended is not None])
    assert {one.key: one.ended for one in by_unit} == with_below(view, Counter(case.unit for case in ended))
    done = [act for case in mine for act in case.acts if act.state == "done" and act.closed < year]  # type: ignore[operator]
    (review,) = (one for one in steps if one.key == "pub-company-info/review_by_unit_head")
    reviews = [act for act in done if act.step == "review_by_unit_head"]
    check_spread(
        review.spread("work"), [a.closed - a.claimed - a.worked_paused for a in reviews if a.claimed is not None]
    )  # type: ignore[operator]
    assert review.share("return") == 100 * sum(a.decision == "return" for a in reviews) / len(reviews)
    delayed = [case for case in history.cases if case.id in history.planted["delays"]]
    assert delayed
    assert max(steps, key=lambda one: max(one.figures.lengths["work"], default=0)).key.endswith("enterprise_office")


def check_spread(found: Any, lengths: list[int]) -> None:
    ordered = sorted(lengths)
    at = [ordered[ceil(len(ordered) * percent / 100) - 1] for percent in (75, 90, 95)]
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    assert tuple(found) == (len(ordered), sum(ordered), sum(ordered) / len(ordered), middle, *at)


def from_rows(engine: sa.Engine, history: History) -> list[Told]:
    """The cases as the rows tell them, read in the plainest way."""

    def since(moment: datetime | None) -> int | None:
        return None if moment is None else int((moment - BEGIN).total_seconds())

    told: dict[int, Told] = {}
    with models.reading(engine) as conn:
        query = sa.select(cases, procedures.c.slug, units.c.code).join(
            procedures, procedures.c.id == cases.c.procedure_id
        )
        for row in conn.execute(query.join(units, units.c.id == cases.c.applicant_unit_id)):
            told[row.id] = Told(row.id, row.slug, row.version_id, row.code, row.applicant_unit_id, row.applicant_id,
                                since(row.started_at), since(row.ended_at), row.state, row.outcome)  # fmt: skip
        lines = conn.execute(
            sa.select(trail).where(trail.c.verb.in_(["suspend", "resume"])).order_by(trail.c.seq)
        ).all()
        for row in conn.execute(sa.select(tasks).order_by(tasks.c.id)):
            stood = [since(line.at) for line in lines if line.chain == row.case_id]
            act = Act(row.id, row.step, since(row.opened_at), since(row.due_at), since(row.claimed_at),
                      since(row.closed_at), row.state, row.actor_id, row.for_id, row.decision, row.comment,
                      since(row.late_at))  # fmt: skip
            for begin, end in zip(stood[::2], stood[1::2], strict=False):
                claimed = act.closed if act.claimed is None else act.claimed
                if act.opened <= begin and claimed is not None and end <= claimed:
                    act.waited_paused += end - begin
                elif act.claimed is not None and act.claimed <= begin and act.closed is not None and end <= act.closed:
                    act.worked_paused += end - begin
            told[row.case_id].acts.append(act)
        for row in conn.execute(sa.select(publications)):
            told[row.case_id].published = since(row.published_at)
        for row in conn.execute(sa.select(slots)):
            told[row.case_id].slot = (row.day - BEGIN.date()).days
        for row in conn.execute(sa.select(models.accounts).where(models.accounts.c.case_id.is_not(None))):
            told[row.case_id].account = since(row.opened_at)
        for row in conn.execute(sa.select(models.lendings)):
            told[row.case_id].lent = since(row.since), since(row.until), since(row.returned_at)
    return list(told.values())


def test_the_rows_say_the_same_on_both_databases_and_closed_figures_never_change(
    engine: sa.Engine, tmp_path: Path
) -> None:
    history = write_history(engine, 1_000, seed=3)
    clock = Clock(Place(engine, Office(tmp_path)), None)  # type: ignore[arg-type]
    check_short_lock(engine, clock, history)
    with models.reading(engine) as conn:  # from the week of New Year to that of the end
        assert conn.execute(sa.select(sa.func.count()).select_from(closed_periods)).scalar_one() == 14 + 61
    by_rows = History(from_rows(engine, history), history.planted)
    check_closed(engine, expected_of(engine, by_rows))
    check_scope(engine, history)
    check_unchanged(engine, read_period("2026-05"), history)


def with_below(view: audit.View, own: Counter[str]) -> dict[str, int]:
    """What each of these units has with all below it."""
    known = view.names.units
    above = {row.code: known[row.parent_id].code if row.parent_id else None for row in known.values()}

    def tops(code: str | None) -> list[str]:
        return [code, *tops(above[code])] if code else []

    return {top: sum(count for code, count in own.items() if top in tops(code)) for top in own}


def check_short_lock(engine: sa.Engine, clock: Clock, history: History) -> None:
    """A few periods a beat; no figure is read while the lock is held, and what another worker closed stands."""
    locked: list[str] = []

    def look(conn: sa.Connection, _: Any, statement: str, *__: Any) -> None:
        if conn.get_execution_options().get("writes"):
            locked.append(statement)

    with models.reading(engine) as conn:
        first = reckon_period(conn, periods_to_close(conn, history.now)[0])
    sa.event.listen(engine, "before_cursor_execute", look)
    clock.close_periods(history.now + SETTLED)
    assert not locked, "only once an hour"
    beats, clock.closing = 0, True
    while clock.closing:
        clock.close_periods(history.now + SETTLED)
        beats += 1
    sa.event.remove(engine, "before_cursor_execute", look)
    assert beats == 75 / PERIODS, "the rest of a long history later"
    assert locked and not [one for one in locked if any(f"FROM {name}" in one for name in ("cases", "tasks"))]
    with models.writing(engine) as conn:
        assert not close_period(Desk(conn, None, history.now, clock.place.office), first), "somebody was faster"


def check_scope(engine: sa.Engine, history: History) -> None:
    """A head sees the own unit and those below alone, closed or not; who has none sees nothing."""
    first, last = read_period("2026-01"), read_period("2027-03")
    assert first and last
    with models.reading(engine) as conn:
        for login, codes in (("han.dong", {"ECB", "ECB-MKT"}), ("zhou.ning", {"SALES"})):
            head = person_by_login(conn, login, history.now)
            assert head
            view = audit.figures(conn, head, audit.Asked(first, last), KINDS, now=history.now)
            assert len(view.closed) == 14
            begun = {row.key: row.count("started") for row in audit.by_unit(view)}
            assert begun == with_below(view, Counter(case.unit for case in history.cases if case.unit in codes))
            units_told = {view.names.units[key.unit].code for found in view.tallies.values() for key in found}
            assert units_told == codes
        nobody = person_by_login(conn, "lin.xia", history.now)
        assert nobody
        with pytest.raises(NotAllowed):
            audit.figures(conn, nobody, audit.Asked(first, last), now=history.now)


def check_unchanged(engine: sa.Engine, period: Any, history: History) -> None:
    """A case of the month is repaired, another loses its tasks: the month stays, its hash too; what is live moves."""
    with models.writing(engine) as conn:
        before = [tuple(row) for row in conn.execute(sa.select(closed_figures).order_by(closed_figures.c.id))]
        known = conn.execute(
            sa.select(closed_periods.c.sha256).where(closed_periods.c.period == period.key)
        ).scalar_one()
        in_trail = conn.execute(sa.select(trail.c.facts).where(trail.c.verb == "close_period")).scalars()
        assert {"period": period.key, "sha256": known} in [
            {name: orjson.loads(one)[name] for name in ("period", "sha256")} for one in in_trail
        ]
        now_live = live(conn, period)
        ended = cases.c.ended_at.between(period.begin, period.end)
        conn.execute(sa.update(cases).where(ended).values(state="cancelled", ended_at=history.now))
        conn.execute(sa.delete(tasks).where(tasks.c.closed_at.between(period.begin, period.end)))
        assert periods_to_close(conn, history.now) == []
        assert list(changed_periods(conn)) == []
        assert [tuple(row) for row in conn.execute(sa.select(closed_figures).order_by(closed_figures.c.id))] == before
        changed = live(conn, period)
        assert {k: canonical(f) for k, f in changed.items()} != {k: canonical(f) for k, f in now_live.items()}
        head = person_by_login(conn, "tian.ye", history.now)
        assert head
        view = audit.figures(conn, head, audit.Asked(period, period), KINDS, now=history.now)
        assert {k: canonical(f) for k, f in view.tallies[period.key].items()} == {
            k: canonical(f) for k, f in now_live.items()
        }
        for table in (closed_figures, closed_periods):
            for change in (sa.delete(table), sa.update(table).values(period="2020-01")):
                with pytest.raises(sa.exc.DBAPIError, match="insert-only"), conn.begin_nested():
                    conn.execute(change)
        drop_triggers(conn)
        assert view.changed == frozenset()
        mine = (closed_figures.c.period == period.key) & (closed_figures.c.kind == "case")
        conn.execute(sa.update(closed_figures).where(mine).values(figures='{"counts":{"started":97},"lengths":{}}'))
        view = audit.figures(conn, head, audit.Asked(period, period), KINDS, now=history.now)
        assert view.changed == {period.key}
        conn.execute(sa.update(closed_figures).where(closed_figures.c.id == before[0][0]).values(figures="{}"))
        forged = before[0][1]
        gone = next(row[1] for row in before if row[1] != forged)
        conn.execute(sa.delete(closed_periods).where(closed_periods.c.period == gone))
        assert list(changed_periods(conn)) == sorted({forged, gone, period.key})


def test_a_spread_of_one_is_that_one_and_of_nothing_there_is_none() -> None:
    assert spread([]) is None
    assert spread([7]) == (1, 7, 7.0, 7, 7, 7, 7)
