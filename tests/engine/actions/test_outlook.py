"""Who is next, told before it is done: equal to what then happens, and nothing of the trial stays."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.actions.outlook import Outlook, outlook
from engine.desk import Desk
from engine.errors import QianfaError
from engine.jobs.nudge import nudge_after_commit
from engine.people import load_person
from engine.queue import MADE
from engine.standing import task_standing
from engine.walks import WalkOffice
from engine.walks import office as walk_office
from engine.walks.runner import Runner
from engine.work import hands_on, row_of_task
from models import people, tasks
from tests.bpmn.lived import FOLDERS, package
from tests.support.story import APPROVE, POST, REJECT, RETURN, Story

WANTED = 500  # decisions to be foretold


def ahead(story: Story, login: str, call: Any) -> Outlook:
    found = outlook(story.engine, story.office, story.id_of(login), call, now=story.now)
    assert found is not None
    return found


def told(found: Outlook) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.step, one.who) for one in found.steps]


def starts(**more: Any) -> Any:
    return lambda desk: actions.start(desk, "pub-company-info", POST | more)


def test_a_start_tells_who_gets_it_and_until_when_and_leaves_nothing_behind(story: Story) -> None:
    before = story.dump()
    found = ahead(story, "lin.xia", starts())
    assert told(found) == [("review_by_unit_head", ("周宁",))]
    assert story.dump() == before
    case_id = story.start()
    assert story.case(case_id).number.endswith("0001"), "the trial took no number"
    assert story.row(story.task(case_id)).due_at == found.steps[0].due_at


def test_each_way_out_of_a_decision_is_told(story: Story) -> None:
    case_id = story.start()
    task_id = story.task(case_id)
    before = story.dump()
    approve, back, reject = (
        ahead(story, "zhou.ning", lambda desk, answers=answers: actions.decide(desk, task_id, answers))
        for answers in (APPROVE, RETURN, REJECT)
    )
    assert [step for step, _ in told(approve)] == ["review_by_enterprise_office"]
    assert "何穗" in approve.steps[0].who
    assert told(back) == [("submit", ("林夏",))]
    assert (reject.ends, reject.state) == (True, "rejected")
    assert story.dump() == before


def test_what_is_missing_or_refused_is_told_instead(story: Story) -> None:
    found = ahead(story, "lin.xia", starts(title=""))
    assert list(found.missing) == ["title"] and not found.steps and not found.ends
    case_id = story.start()
    task_id = story.task(case_id)
    refused = ahead(story, "lin.xia", lambda desk: actions.decide(desk, task_id, APPROVE))
    assert refused.refused is not None and not refused.steps and not refused.ends


def test_a_vacant_post_is_foretold(story: Story) -> None:
    story.end_posts("unit_head", "SALES")
    found = ahead(story, "lin.xia", starts())
    assert (found.state, told(found)) == ("incident", [("review_by_unit_head", ())])
    assert story.read(sa.select(models.incidents)) == []


def test_whom_separation_of_duties_keeps_away_is_not_named(story: Story) -> None:
    """何穗 approves as head of the unit: of the enterprise office only her colleagues are next."""
    story.give_post("he.sui", "unit_head", "SALES")
    case_id = story.start()
    found = ahead(story, "he.sui", lambda desk: actions.decide(desk, story.task(case_id), APPROVE))
    story.decide("he.sui", story.task(case_id), APPROVE)
    may = allowed(story, story.task(case_id))
    assert may and "何穗" not in may
    assert set(found.steps[0].who) == may


def allowed(story: Story, task_id: int) -> set[str]:
    with models.reading(story.engine) as conn:
        return who_may(conn, task_id, story.now)


def test_no_job_and_no_word_of_one_gets_out(story: Story) -> None:
    story.office.webhook = "https://receiver.example/hook"
    heard: list[int] = []
    nudge_after_commit(story.engine, heard.extend)
    found = ahead(story, "lin.xia", starts())
    assert found.steps
    assert story.read(sa.select(models.jobs)) == [] and heard == []
    with story.engine.connect() as conn:
        assert MADE not in conn.info, "the next transaction on this connection would tell of jobs that never were"
    story.start()
    assert story.read(sa.select(models.jobs)) and heard


def test_a_database_that_does_not_answer_is_not_known_rather_than_an_error(story: Story) -> None:
    def broken(desk: Desk) -> Any:
        desk.conn.exec_driver_sql("SELECT * FROM no_such_table")

    assert outlook(story.engine, story.office, story.id_of("lin.xia"), broken, now=story.now) is None


def test_an_outlook_costs_few_statements_beside_the_action(story: Story) -> None:
    case_id = story.start()
    task_id = story.task(case_id)
    sent: list[str] = []
    sa.event.listen(story.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    ahead(story, "zhou.ning", lambda desk: actions.decide(desk, task_id, APPROVE))
    assert len(sent) <= 8, sent  # those of the action go past the listener, on the driver's own cursor


# --- the stories of the catalogue, each decision foretold and then made


class Foretelling(Runner):
    """Lives a story and says of every decision whether what was foretold came true."""

    compared: list[tuple[str, Any, Any]] = []

    def act(self, login: str, call: Any) -> Any:
        if not self.deciding:
            return super().act(login, call)
        self.deciding = False
        foretold = self.foretell(login, call)
        with models.reading(self.engine) as conn:
            last = conn.execute(sa.select(sa.func.max(tasks.c.id))).scalar() or 0
        try:
            done = super().act(login, call)
        except QianfaError as error:
            self.note(login, foretold, ("refused", error.text.zh if not error.fields else sorted(error.fields)))
            raise
        case_id = done if isinstance(done, int) else done.case_id
        self.note(login, foretold, ("opened", sorted(self.opened(case_id, last))))
        return done

    deciding = False

    def foretell(self, login: str, call: Any) -> Any:
        with models.reading(self.engine) as conn:
            person_id = conn.execute(sa.select(people.c.id).where(people.c.login == login)).scalar_one()
        found = outlook(self.engine, self.office, person_id, answered(call), now=self.now)
        assert found is not None
        if found.missing or found.refused:
            return ("refused", sorted(found.missing) if found.missing else found.refused.zh)
        return ("opened", sorted((one.step, tuple(sorted(one.who)), one.due_at) for one in found.steps))

    def opened(self, case_id: int, last: int) -> Iterator[tuple[str, tuple[str, ...], datetime | None]]:
        """The steps that are now open, each with those whom the policy lets do it."""
        found: dict[str, tuple[set[str], datetime | None]] = {}
        with models.reading(self.engine) as conn:
            rows = conn.execute(
                sa.select(tasks.c.id, tasks.c.step, tasks.c.due_at)
                .where(tasks.c.case_id == case_id, tasks.c.id > last, tasks.c.state == "open")
                .order_by(tasks.c.id)
            )
            for row in rows.all():
                found.setdefault(row.step, (set(), row.due_at))[0].update(who_may(conn, row.id, self.now))
        for step, (names, due) in found.items():
            yield step, tuple(sorted(names)), due

    def note(self, login: str, foretold: Any, happened: Any) -> None:
        self.compared.append((f"{self.slug} {login} {self.now}", foretold, happened))

    def with_files(self, login: str, value: Any) -> Any:
        """The files are uploaded first; what is acted next is the decision."""
        self.deciding = False
        done = super().with_files(login, value)
        self.deciding = True
        return done


def answered(call: Any) -> Any:
    """The runner's start answers with the number of the case alone."""

    class Case:
        def __init__(self, case_id: int):
            self.case_id = case_id

    def called(desk: Desk) -> Any:
        done = call(desk)
        return Case(done) if isinstance(done, int) else done

    return called


def who_may(conn: sa.Connection, task_id: int, now: datetime) -> set[str]:
    """Everybody who may do the task in his own name, asked of the policy person by person."""
    row, _, acted = row_of_task(conn, task_id)
    hands = hands_on(acted, row.task_separate)
    principal = row.task_offered_to or ""
    who = sa.select(people.c.id).where(people.c.disabled_at.is_(None))
    if principal.startswith("r:"):
        role = principal.split(":")[1]
        who = who.where(people.c.id.in_(sa.select(models.posts.c.person_id).where(models.posts.c.role_id == role)))
    else:
        who = who.where(people.c.id == int(principal[2:] or 0))
    found = set()
    for person_id in conn.execute(who).scalars().all():
        person = load_person(conn, person_id, now)
        assert person is not None
        stand = task_standing(person, row.task_offered_to, row.task_assignee_id, row.procedure_id, hands)
        if stand.relations & {"holder", "candidate"} and stand.for_id == person.id:
            found.add(person.name)
    return found


def test_what_is_foretold_comes_true_in_the_stories_of_the_catalogue(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 decisions of procedures from every shelf; 99 of 100 have to be foretold right, and all are."""
    monkeypatch.setattr(walk_office, "Runner", Foretelling)
    monkeypatch.setattr(Foretelling, "compared", [])
    office = WalkOffice(tmp_path_factory.mktemp("foretelling"))
    for slug in sorted(FOLDERS, key=lambda name: name[::-1]):
        if len(Foretelling.compared) >= WANTED:
            break
        own = package(slug)
        for walk in own.walks:
            outcome = office.live(own, walk)
            assert outcome.failure is None, outcome
    wrong = [one for one in Foretelling.compared if one[1] != one[2]]
    print(f"{len(Foretelling.compared)} decisions, {len(wrong)} foretold wrong")
    assert len(Foretelling.compared) >= WANTED
    assert wrong == []
