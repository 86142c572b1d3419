"""Procedures drawn twice, cases on the first drawing, and the worker that migrates them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

import models
from engine import actions, trail
from engine.actions.publish import publish
from engine.desk import Desk
from engine.jobs.deliver import KINDS
from engine.jobs.worker import Place, due, run
from engine.procedures.package import Package
from engine.trail import Entry
from models import cases, jobs, migrated_cases, tasks
from tests.engine.acts.acting import OWNER, House
from tests.engine.acts.structures import FORMS, LEADERS, OFFICE, doing, manifest, review
from tests.engine.kernel.drawing import (
    call,
    catch,
    diagram,
    document,
    end,
    flow,
    path,
    process,
    several,
    start,
    timer,
    user,
    xor,
)

SLUG, NAME = "moving-on", "moving_on"
ACTS_OF_ROUND = "transfer,copy,return,delegate,sign_before,sign_after,add_signer,remove_signer"


def package(*drawn: str, documents: Mapping[str, bytes] | None = None, forms: Any = None) -> Package:
    """A procedure of these parts; `submit` and both ends are drawn already."""
    parts = start() + xor("again") + user("submit", who="applicant", form="submit", kind="submit") + end("done")
    body = diagram(parts, path("start", "again", "submit"), *drawn, id=NAME)
    everything = {f"{SLUG}.bpmn": body, **(documents or {})}
    return Package(Path("tests") / SLUG, manifest(SLUG, NAME), everything, forms or FORMS)


def line(*steps: tuple[str, dict[str, str]], forms: Any = None) -> Package:
    """submit, the steps one after the other (id and properties), done."""
    names = [name for name, _ in steps]
    drawn = "".join(user(name, **{"form": "decide", "kind": "decide", "who": OFFICE, **more}) for name, more in steps)
    return package(drawn, path("submit", *names, "done"), forms=forms)


class MovingHouse(House):
    def release(self, drawn: Package) -> int:
        """Its next version, in use from now on; the number."""
        folder = self.office.data / "tests" / SLUG
        folder.mkdir(parents=True, exist_ok=True)
        with models.writing(self.engine) as conn:
            there = replace(drawn, folder=folder)
            return int(publish(Desk(conn, None, self.now, self.office), there, trusted=True).no)

    def begin_here(self) -> int:
        return self.begin(SLUG)

    def plan(self, *numbers: int, login: str = OWNER, **renamed: str) -> list[actions.Forecast]:
        found, _ = self.act(login, lambda desk: actions.plan_migration(desk, SLUG, numbers or (1,), renamed))
        return list(found)

    def start_moving(self, *numbers: int, login: str = OWNER, **renamed: str) -> int:
        return int(
            self.act(login, lambda desk: actions.start_migration(desk, SLUG, numbers or (1,), renamed, "制度修订"))
        )

    def work(self) -> None:
        """The worker carries the migrations there are."""
        place = Place(self.engine, self.office, now=lambda: self.now)
        with models.reading(self.engine) as conn:
            kinds = dict(conn.execute(sa.select(jobs.c.id, jobs.c.kind)).all())
            mine = [one for one in due(conn, self.now, 100_000) if kinds[one] == "migrate_cases"]
        for job_id in mine:
            run(place, KINDS, job_id)

    def migrate(self, *numbers: int, **renamed: str) -> int:
        number = self.start_moving(*numbers, **renamed)
        self.work()
        return number

    def undo(self, number: int) -> None:
        self.act(OWNER, lambda desk: actions.undo_migration(desk, number))
        self.work()

    def results(self, number: int) -> dict[int, str]:
        rows = self.read(sa.select(migrated_cases).where(migrated_cases.c.migration_id == number))
        return {row.case_id: row.state if row.state != "refused" else f"refused: {row.en}" for row in rows}

    def stand(self, case_id: int) -> tuple[Any, ...]:
        """All that an undone migration must give back: the case but for what only counts, and its tasks."""
        return self.stands()[case_id]

    def stands(self) -> dict[int, tuple[Any, ...]]:
        """The same of all that run."""
        counted = ("revision", "trail_seq", "trail_hash")
        running = cases.c.ended_at.is_(None)
        own = [column for column in cases.c if column.name not in counted]
        found = {row.id: (tuple(row), list[Any]()) for row in self.read(sa.select(*own).where(running))}
        mine = sa.select(tasks).join(cases, cases.c.id == tasks.c.case_id).where(running).order_by(tasks.c.id)
        for row in self.read(mine):
            found[row.case_id][1].append(tuple(row))
        return dict(found)

    # --- many cases, cheaply

    def shaped(self, shape: str) -> int:
        """A case of one of the five shapes, by acting."""
        case_id = self.begin(SLUG, shape)
        if shape == "sign":
            self.do(case_id, "sign")
        elif shape == "part":
            self.do(case_id, "part_a")
        elif shape == "loop":
            self.do(case_id, "loop_a")
            task = self.task(case_id, "loop_b")
            self.act("he.sui", lambda desk: actions.return_to(desk, task, "loop_a", "重来"))
            self.do(case_id, "loop_a")
            task = self.task(case_id, "loop_b")
            self.act("he.sui", lambda desk: actions.sign_before(desk, task, ["pan.yi"], "请看"))
        return case_id

    def copied(self, case_id: int, times: int) -> list[int]:
        """More cases exactly like this one, each with its own trail."""
        case = dict(self.case(case_id)._mapping)
        rows = [dict(row._mapping) for row in self.read(sa.select(tasks).where(tasks.c.case_id == case_id))]
        said = self.trail(case_id)
        found = []
        with models.writing(self.engine) as conn:
            for number in range(times):
                fresh = {k: v for k, v in case.items() if k != "id"} | {"number": f"{case['number']}-{number}"}
                made = conn.execute(cases.insert().returning(cases.c.id), fresh).scalar_one()
                names: dict[Any, Any] = {None: None}
                for row in sorted(rows, key=lambda row: row["id"]):
                    own = {k: v for k, v in row.items() if k != "id"} | {"case_id": made}
                    own["parent_id"] = names[row["parent_id"]]
                    names[row["id"]] = conn.execute(tasks.insert().returning(tasks.c.id), own).scalar_one()
                entries = [
                    Entry(one.verb, one.step, names[one.task_id], orjson.loads(one.facts), one.actor_id, one.for_id)
                    for one in said
                ]
                seq, head = trail.write(conn, made, 0, trail.GENESIS, entries, self.now)
                undo = names.get(case["undo_task_id"])
                known = {"trail_seq": seq, "trail_hash": head, "undo_task_id": undo}
                conn.execute(cases.update().where(cases.c.id == made).values(known))
                found.append(made)
        return found


# --- five shapes in one drawing: the subject says which way a case goes

WAYS = ("sign", "part", "wait", "loop")


def shapes(new: bool) -> Package:
    """A plain step; a countersign; a called process; a timer; a step that was returned to. Drawn anew, each has one
    step more, another name, another who, and the branches come together at a new last review."""
    more = "".join(review(f"extra_{way}") for way in WAYS) if new else ""
    drawn = xor("which", default="to_plain") + xor("meet") + review("plain", **({"who": LEADERS} if new else {}))
    drawn += review("sign", several(), who="", signers=LEADERS, mode="all", acts=ACTS_OF_ROUND)
    drawn += call("part", "moving_part") + catch("wait", timer("PT9H" if new else "PT8H")) + doing("loop_a")
    drawn += review("loop_b") + doing("finish") + more
    if new:
        drawn += review("last", separate="plain,loop_b", who='role("enterprise_mgmt_head")')
    drawn += flow("which", "plain", id="to_plain") + path("submit", "which") + path("loop_a", "loop_b")
    for way in WAYS:
        drawn += flow("which", "loop_a" if way == "loop" else way, f'subject == "{way}"')
        leave = "loop_b" if way == "loop" else way
        drawn += path(leave, f"extra_{way}", "meet") if new else path(leave, "meet")
    drawn += path("plain", "meet") + (path("meet", "last", "finish") if new else path("meet", "finish"))
    drawn += path("finish", "done")
    inner = ["part_a", "part_b", "part_c"] if new else ["part_a", "part_b"]
    called = start("part_s") + "".join(review(one) for one in inner) + end("part_e") + path("part_s", *inner, "part_e")
    return package(drawn, documents={"part.bpmn": document(process(called, id="moving_part"))})
