"""One story lived by real people through the real actions, saved and loaded between every two steps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
import sqlalchemy as sa

from engine import actions
from engine.actions.contents import Broken
from engine.desk import Desk, Office
from engine.errors import QianfaError
from engine.people import load_person, person_by_login
from engine.procedures.deadlines import duration
from engine.rules.media import FileFacts
from engine.walks import changes, registers
from engine.walks.failed import WalkFailed
from engine.walks.samples import KEYS, KINDS, Sample
from models import cases, contents, incidents, reading, repairs, tasks, trail, writing

START = datetime(2026, 11, 23, 1, tzinfo=UTC)
MOST_WAKES = 100


@dataclass
class Outcome:
    """How one walk ended; `failure` is None when it went as told."""

    slug: str
    walk: str
    failure: str | None = None
    flows: frozenset[str] = frozenset()  # the sequence flows it took


class Runner:
    """One database, one clock; a procedure's walks that follow one another share it."""

    def __init__(self, engine: sa.Engine, office: Office, slug: str, received: dict[Sample, FileFacts] | None = None):
        self.engine, self.office, self.slug = engine, office, slug
        self.received = {} if received is None else received  # what lies in the office's store already
        self.now = START
        self.case_id = 0
        self.begun = False  # a story may begin at any moment, one that comes after another only later

    def lived(self, walk: dict[str, Any], earlier: list[tuple[str, dict[str, Any]]]) -> Outcome:
        """Live the walk after those it comes after, each with its procedure's slug; whether it went as told."""
        slug, outcome = self.slug, Outcome(self.slug, walk["id"])
        try:
            for self.slug, other in earlier:
                self.live(other)
            self.slug = slug
            self.live(walk)
        except WalkFailed as failure:
            outcome.failure = str(failure)
        except Exception as error:  # a fault of ours is told with its story; the other stories go on
            outcome.failure = f"{type(error).__name__}: {error}"
        outcome.flows = frozenset(self.told("flows"))
        return outcome

    def live(self, walk: dict[str, Any]) -> None:
        """Live the walk. Raises WalkFailed."""
        if "at" in walk:
            self.now = max(self.now, _moment(walk["at"])) if self.begun else _moment(walk["at"])
        self.begun = True
        self.case_id = 0  # until it is started: what is told of a walk is never another's
        error = walk.get("expect_error")
        with _at("start"):
            self.move_people(walk)
            self.furnish(walk)
            self.attempt("start", error, lambda: self.start(walk))
        if error:
            return
        with _at("start"):
            self.check_remarks(walk)
        for number, step in enumerate(walk.get("steps", []), 1):
            with _at(f"step {number} {step.get('task', '')}"):
                self.step(step)
        self.check(walk.get("expect", {}))

    def start(self, walk: dict[str, Any]) -> None:
        answers = self.with_files(walk["applicant"], walk["start"])

        def call(desk: Desk) -> int:
            return actions.start(desk, self.slug, answers).case_id

        self.case_id = self.act(walk["applicant"], call)

    def step(self, step: dict[str, Any]) -> None:
        if "clock" in step:
            self.move_clock(step["clock"])
        elif "open" in step:
            self.expect("open steps", sorted(step["open"]), sorted(task.step for task in self.open_tasks()))
        elif "overdue" in step:
            late = {task.id: task.step for task in self.open_tasks() if task.late_at is not None}
            self.expect("late steps", sorted(step["overdue"]), sorted(late.values()))
        elif "incident" in step:
            told = [step["incident"]] if step["incident"] else []
            self.expect("open incidents", told, [one.kind for one in self.open_incidents()])
        elif "tamper" in step:
            with writing(self.engine) as conn:
                changes.tamper(conn, self.case_id, step["tamper"], self.now)
        elif "withdraw" in step:
            self.attempt(
                "withdraw",
                step.get("expect_error"),
                lambda: self.act(step["as"], lambda desk: actions.withdraw(desk, self.case_id, "")),
            )
        elif "retry" in step:
            self.attempt("retry", step.get("expect_error"), lambda: self.retry(step["as"]))
        elif "task" in step:
            self.attempt(step["task"], step.get("expect_error"), lambda: self.decide(step))
            self.check_remarks(step)
        else:
            self.move_people(step)

    def furnish(self, walk: dict[str, Any]) -> None:
        """Enter the accounts that are there from before, and the drafts of procedures that were handed in."""
        with writing(self.engine) as conn:
            for account in walk.get("accounts", []):
                changes.register(conn, account, self.now)
        for told in walk.get("drafts", []):
            self.write_draft(told)

    def write_draft(self, told: dict[str, Any]) -> None:
        """Let these people write into the draft of a procedure, one after the other; the first hands it in."""
        slug, by, number = told.get("slug", self.slug), told["by"], 0
        for no, login in enumerate(by):
            number = self.act(login, partial(changes.write, slug=slug, no=no))
        self.act(by[0], partial(changes.hand_in, draft_id=number, failing=told.get("failing", False)))

    def move_people(self, told: dict[str, Any]) -> None:
        """Leave posts vacant and fill them, from now on."""
        with writing(self.engine) as conn:
            for post in told.get("vacate", []):
                changes.vacate(conn, post, self.now)
            for post in told.get("appoint", []):
                changes.appoint(conn, post, self.now)

    def retry(self, login: str) -> None:
        """The newest open incident of the case is taken up again: another keeper asks for it, this one agrees."""
        found = self.open_incidents()
        if not found:
            raise WalkFailed("no incident is open")
        with reading(self.engine) as conn:
            here = (repairs.c.case_id == self.case_id) & (repairs.c.state == "asked")
            asked = conn.execute(sa.select(repairs.c.id).where(here)).scalar()
            other = changes.other_keeper(conn, self.case_id, login, self.now)
        if asked is None:
            asked = self.act(other, lambda desk: actions.retry(desk, found[-1].id, "原因已处理"))
        self.act(login, lambda desk: actions.approve_repair(desk, asked))

    def decide(self, step: dict[str, Any]) -> None:
        task_id = self.newest_task(step["task"], step["as"])
        answers = self.with_files(step["as"], self.answers_of(step))
        self.act(step["as"], lambda desk: actions.decide(desk, task_id, answers))

    def newest_task(self, step: str, login: str) -> int:
        """The last task of a step, open or not: who tries one that has ended must be refused; of many one's own."""
        with reading(self.engine) as conn:
            person = person_by_login(conn, login, self.now)
            mine = (tasks.c.offered_to == f"p:{person.id if person else 0}") & (tasks.c.state == "open")
            found = conn.execute(
                sa.select(tasks.c.id)
                .where(tasks.c.case_id == self.case_id, tasks.c.step == step)
                .order_by(sa.case((mine, 0), else_=1), tasks.c.id.desc())
            ).scalar()
        if found is None:
            raise WalkFailed(f"was never open; open is {[one.step for one in self.open_tasks()]}")
        return int(found)

    def answers_of(self, step: dict[str, Any]) -> dict[str, Any]:
        """The answers given, or the content as it stands with what `change` says."""
        if "change" not in step:
            return dict(step.get("answers", {}))
        with reading(self.engine) as conn:
            before = conn.execute(
                sa.select(contents.c.fields).where(contents.c.case_id == self.case_id).order_by(contents.c.no.desc())
            ).scalar()
        changed = {**(before or {}), **step["change"]}
        return {key: value for key, value in changed.items() if value is not None}

    def act(self, login: str, call: Callable[[Desk], Any]) -> Any:
        """One action by one person in one transaction; the case is loaded anew."""
        with writing(self.engine) as conn:
            person = person_by_login(conn, login, self.now)
            if person is None:
                raise WalkFailed(f"there is no {login}")
            return call(Desk(conn, load_person(conn, person.id, self.now), self.now, self.office))

    def attempt(self, what: str, error: str | None, call: Callable[[], Any]) -> None:
        """Do it; when an error code or rule is expected, it must be refused with just that."""
        if error is None:
            call()
            return
        try:
            call()
        except QianfaError as seen:
            names = [seen.code, *(seen.rules if isinstance(seen, Broken) else [])]
            if error not in names:
                raise WalkFailed(f"{what}: refused with {names} {seen.text.zh}, not {error}") from None
            return
        raise WalkFailed(f"{what}: went through, but {error} was expected")

    def move_clock(self, to: str) -> None:
        """Let time pass by a duration or to a moment; the clock looks at the case whenever something is due."""
        length = duration(to)
        end = self.now + length if length else _moment(to)
        for _ in range(MOST_WAKES):
            due = self.next_due()
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            if not self.tick():
                break
        self.now = end
        self.tick()

    def tick(self) -> bool:
        """What the clock does to the case and its tasks now, a transaction each; whether anything changed."""
        with writing(self.engine) as conn:
            moved = actions.wake(Desk(conn, None, self.now, self.office), self.case_id)
        for task in self.open_tasks():
            with writing(self.engine) as conn:
                moved |= actions.keep_time(Desk(conn, None, self.now, self.office), task.id)
        return moved

    def next_due(self) -> datetime | None:
        """When the clock has something to do next: a timer of the diagram, or a deadline of an open task."""
        ours = tasks.c.case_id == self.case_id
        live = tasks.c.state.in_(["open", "waiting"])
        with reading(self.engine) as conn:
            case = conn.execute(sa.select(cases.c.next_due).where(cases.c.id == self.case_id)).all()
            rows = conn.execute(sa.select(tasks.c.next_at, tasks.c.release_at).where(ours, live)).all()
        return min((one for row in [*case, *rows] for one in row if one is not None), default=None)

    def open_tasks(self) -> list[Any]:
        with reading(self.engine) as conn:
            return list(
                conn.execute(
                    sa.select(tasks.c.id, tasks.c.step, tasks.c.late_at)
                    .where(tasks.c.case_id == self.case_id, tasks.c.state == "open")
                    .order_by(tasks.c.id)
                )
            )

    def open_incidents(self) -> list[Any]:
        with reading(self.engine) as conn:
            return list(
                conn.execute(
                    sa.select(incidents.c.id, incidents.c.kind)
                    .where(incidents.c.case_id == self.case_id, incidents.c.resolved_at.is_(None))
                    .order_by(incidents.c.id)
                )
            )

    def with_files(self, login: str, value: Any) -> Any:
        """The answers with every sample file made, uploaded by the person and referred to."""
        if isinstance(value, dict) and "make" in value:
            received = self.receive(value)
            done = self.act(login, lambda desk: actions.upload(desk, received))
            return {"sha256": done["sha256"]}
        if isinstance(value, dict):
            return {key: self.with_files(login, inner) for key, inner in value.items() if inner is not None}
        if isinstance(value, list):
            return [self.with_files(login, inner) for inner in value]
        return value

    def receive(self, value: dict[str, Any]) -> FileFacts:
        """The facts of a sample file; it is made, stored and looked into once for all stories."""
        if value["make"] not in KINDS or not value.keys() <= KEYS:
            raise WalkFailed(f"there is no such sample file: {value}")
        sample = Sample.wanted(value)
        if sample not in self.received:
            with sample.stream() as stream:
                self.received[sample] = actions.receive(self.office, stream, sample.name)
        return self.received[sample]

    def told(self, fact: str) -> set[str]:
        """What the trail of the case says under `passed` or `flows`."""
        with reading(self.engine) as conn:
            facts = conn.execute(sa.select(trail.c.facts).where(trail.c.chain == self.case_id)).scalars().all()
        return {one for text in facts for one in orjson.loads(text).get(fact, [])}

    def flows(self) -> list[str]:
        """The sequence flows the case took, in order; one twice where it came by twice."""
        with reading(self.engine) as conn:
            told = sa.select(trail.c.facts).where(trail.c.chain == self.case_id).order_by(trail.c.seq)
            return [one for text in conn.execute(told).scalars() for one in orjson.loads(text).get("flows", [])]

    def check(self, expected: dict[str, Any]) -> None:
        with reading(self.engine) as conn:
            case = conn.execute(sa.select(cases).where(cases.c.id == self.case_id)).one()
            if "state" in expected:
                self.expect("state", expected["state"], case.state)
            if "ended" in expected:
                self.expect("end", expected["ended"], [case.outcome] if case.outcome else [])
            for register, told in expected.get("register", {}).items():
                if register not in registers.TABLES:
                    raise WalkFailed(f"there is no register {register}; there are {', '.join(registers.TABLES)}")
                self.expect(register, told, registers.entered(conn, register, self.case_id, told))
            steps = conn.execute(sa.select(tasks.c.step).where(tasks.c.case_id == self.case_id)).scalars().all()
        missing = {*expected.get("passes", [])} - self.told("passed") - {*steps}
        self.expect("passes", set(), missing)

    def check_remarks(self, told: dict[str, Any]) -> None:
        """What the rules noted on the content just submitted: exactly the rules that `warns` names."""
        if "warns" not in told:
            return
        newest = sa.select(trail.c.facts).where(trail.c.chain == self.case_id, trail.c.verb == "submit")
        with reading(self.engine) as conn:
            facts = orjson.loads(conn.execute(newest.order_by(trail.c.id.desc()).limit(1)).scalar() or "{}")
        seen = {one["rule"] for one in facts.get("warnings", [])}
        self.expect("remarks", sorted(told["warns"]), sorted(seen))

    def expect(self, what: str, told: Any, seen: Any) -> None:
        if told != seen:
            raise WalkFailed(f"{what}: expected {told}, saw {seen}")


@contextmanager
def _at(place: str) -> Iterator[None]:
    """A refusal that the story did not tell of is its failure, with the place."""
    try:
        yield
    except WalkFailed as failure:
        raise WalkFailed(f"{place}: {failure}") from None
    except QianfaError as seen:
        fields = {key: [text.zh for text in texts] for key, texts in seen.fields.items()}
        raise WalkFailed(f"{place}: {seen.code}: {seen.text.zh} {fields or ''}") from None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
