"""How one case of a generated history is lived: its rows, its trail, and what is told of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.rules.content import content_sha256, named_files
from engine.trail import GENESIS, Entry, rows
from engine.trail.register import entry_sha256
from models import account_terms, accounts, cases, contents, lendings, publications, repairs, slots, tasks, trail
from tests.support.history_drawn import (
    ACCOUNT,
    ADMINISTRATOR,
    DAY,
    ENTERPRISE,
    HOUR,
    LOGIN,
    OFFICER,
    POSTS,
    STAND_IN,
    UNITS,
    WECHAT,
    WEIBO,
    Drawn,
    Leg,
)
from tests.support.history_house import Ground
from tests.support.history_said import INTO, LEFT, SAID, content, known, snapshot
from tests.support.history_told import Act, Told

REASONS = ("请补充来源", "标题与正文不符", "图片没有版权说明", "日期有误")
REFUSALS = ("不宜发布", "与规定不符", "重复申请")
SUBJECTS = "新品发布 节日问候 人事任免 安全生产 促销活动 会议纪要 服务升级 志愿服务".split()


class Ended(Exception):
    """The history ends here, or the case does."""


class Rows:
    """What waits to be written, table by table."""

    TABLES = (cases, tasks, trail, contents, publications, slots, accounts, account_terms, lendings, repairs)

    def __init__(self) -> None:
        self.of: dict[str, list[dict[str, Any]]] = {table.name: [] for table in self.TABLES}

    @property
    def cases(self) -> list[dict[str, Any]]:
        return self.of["cases"]

    def add(self, table: sa.Table, **row: Any) -> None:
        self.of[table.name].append(row)

    def write(self, conn: sa.Connection) -> None:
        for table in self.TABLES:
            if waiting := self.of[table.name]:
                conn.execute(table.insert().inline(), waiting)
                waiting.clear()


class Life:
    """One case from its start to its end, or to the end of the history."""

    def __init__(self, ground: Ground, into: Rows, index: int, start: int, plant: str | None):
        self.ground, self.into, self.plant, self.chance = ground, into, plant, ground.chance
        self.now = start
        self.unit, self.head, self.applicant = self.chance.choice(UNITS)
        if plant == "self_approvals":
            self.applicant = self.head
        self.drawn: Drawn = WEIBO if plant else self._drawn(start)
        self.version = ground.version(self.drawn.slug, start)
        self.told = Told(
            ground.first_case + index, self.drawn.slug, self.version.id, self.unit, ground.units[self.unit],
            ground.people[self.applicant], start, planted=plant,
        )  # fmt: skip
        self.plan = {} if plant else self._plan()
        self.editors = self.chance.sample(POSTS["editor"][0], 2)
        self.admins = self.chance.sample(POSTS["admin"][0], 2)
        self.title = f"{self.chance.choice(SUBJECTS)}第{index}号"
        self.content_no, self.content = 0, ""
        self.entries: list[tuple[int, Entry]] = []
        self.suspended: int | None = None
        self.approvals: list[dict[str, Any]] = []
        self.event = (0, 0)  # of a lending
        self.lending = 0
        self.number = ground.number(self.drawn.number, start)
        switches = {name: one["value"] for name, one in self.version.manifest.get("switches", {}).items()}
        applicant = ground.applicants[self.applicant]
        self.known: dict[str, Any] = {"applicant": applicant, "case": {"number": self.number}, "switches": switches}

    # --- chance

    def _drawn(self, start: int) -> Drawn:
        roll = self.chance.random()
        if roll < 0.7:
            free = start // DAY + 40 > self.ground.slot_day  # one mass sending a day
            return WECHAT if roll < 0.05 and free else WEIBO
        return ACCOUNT if roll < 0.9 else LOGIN

    def _plan(self) -> dict[str, list[str]]:
        """What happens out of the common: step -> decisions before it is approved; `pause` at a step."""
        gates = [leg.step for leg in self.drawn.legs if leg.gate]
        roll, step = self.chance.random(), self.chance.choice(gates)
        plan: dict[str, list[str]] = {}
        if roll < 0.12:
            plan[step] = ["return"]
        elif roll < 0.15:
            plan[step] = ["return", "return"]
        elif roll < 0.23:
            plan[step] = ["reject"]
        elif roll < 0.27:
            plan[step] = ["withdraw"]
        elif roll < 0.28:
            plan[step] = ["return", "reject"]
        elif roll < 0.32 and step != gates[0]:
            plan[step] = ["back"]
        if self.chance.random() < 0.04:
            plan["pause"] = [self.chance.choice(gates)]
        return plan

    def _while(self, mean: int, most: int) -> int:
        return min(int(self.chance.expovariate(1 / mean)) + 60, most)

    # --- the story

    def live(self) -> Told:
        self._start()
        try:
            self._submit()
            self._go()
        except Ended:
            pass
        self._write()
        return self.told

    def _start(self) -> None:
        drawn, version = self.drawn, self.version
        way = {"flows": [drawn.start[0], "before_submit_to_submit"], "passed": [drawn.start[1], "before_submit"]}
        said = {"procedure": drawn.slug, "version": version.no, "sha256": version.specification_sha256}
        self._say(self.now, "start", actor=self.told.applicant, **way, **said)

    def _go(self) -> None:
        at, legs = 0, self.drawn.legs
        while at < len(legs):
            leg = legs[at]
            if self.plant == "skips" and leg.step == "approve_by_enterprise_head":
                at += 1
                continue
            decision = self._leg(leg)
            if decision == "return":
                self._submit()
            at = at + 1 if decision == "approve" else 0
        self._end("done", self.drawn.end)

    def _submit(self) -> None:
        """The first time at once, after a return when the applicant comes to it."""
        again = self.content_no > 0
        act = self._open("submit", None)
        if again:
            self._until(act, self._while(5 * HOUR, 9 * DAY), 0, claims=False)
        self.approvals = []
        self.known |= known(self._revise(), LEFT[self.drawn.slug])
        self._close(act, self.told.applicant)
        self._row(act, self.drawn.submit[0], "p:", self.told.applicant, self.told.applicant)
        way = {"flows": [self.drawn.submit[1]], "passed": []}
        facts = {"content": self.content, "content_no": self.content_no}
        self._say(self.now, "submit", step="submit", task=act.id, actor=self.told.applicant, **facts, **way)

    def _revise(self) -> dict[str, Any]:
        self.content_no += 1
        if self.drawn is LOGIN:
            begin = self.now + self.chance.randrange(3 * DAY, 30 * DAY) // 900 * 900
            self.event = begin, begin + self.chance.randrange(HOUR, 3 * DAY)
        event = self.ground.at(self.event[0]), self.ground.at(self.event[1])
        fields = content(self.drawn.slug, self.title, self.content_no, wechat=self.drawn is WECHAT, event=event)
        self.content = content_sha256(fields, set(named_files(fields)))
        self.into.add(
            contents, case_id=self.told.id, no=self.content_no, sha256=self.content, fields=fields,
            author_id=self.told.applicant, made_at=self.ground.at(self.now),
        )  # fmt: skip
        return fields

    def _leg(self, leg: Leg) -> str:
        planned = self.plan.get(leg.step, [])
        decision = planned.pop(0) if planned else "approve"
        act = self._open(leg.step, leg.due)
        if leg.who == "clock":
            return self._expire(leg, act)
        actor, for_id, offered = self._who(leg)
        named = offered == "p:"
        wait, work = self._while(7 * HOUR, 12 * DAY), self._while(2 * HOUR, 5 * DAY)
        if self.plant == "delays" and leg.step == "review_by_enterprise_office":
            work = self.chance.randrange(35 * DAY, 50 * DAY)
        self._until(act, wait, work, claims=not named and (self.chance.random() < 0.6 or self.plant == "delays"),
                    row=(leg, offered, actor), pauses=leg.step in self.plan.get("pause", []))  # fmt: skip
        if self.plant == "admin_moves" and leg.step == "review_by_enterprise_office":
            return self._moved(leg, act, offered, actor)
        if decision == "withdraw":
            return self._withdraw(leg, act, offered, actor)
        if self.plant == "jumps" and leg.step == "publish_post":
            self.plant, decision = "jumped", "back"
        facts = self._decide(leg, act, decision, actor, for_id)
        self._row(act, leg.name, offered, self.told.applicant, actor)
        if decision == "reject":
            assert leg.gate
            self._end("rejected", leg.gate[2], actor)
        if decision == "approve" and (answered := self._effects(leg, act, actor)):
            facts["answered"] = answered
            self.known |= {INTO[operation]: answer for operation, answer in answered}
        return decision

    def _decide(self, leg: Leg, act: Act, decision: str, actor: int, for_id: int | None) -> dict[str, Any]:
        """The facts of its line in the trail, to which is added what operations answer."""
        said = {"decision": decision} if leg.gate else {}
        if decision in ("return", "back"):
            said = {"decision": "return", "comment": self.chance.choice(REASONS)}
        elif decision == "reject":
            said["comment"] = self.chance.choice(REFUSALS)
        self._close(act, actor, for_id, **said)
        more = {"task": act.id, "actor": actor, "for_id": for_id, "step": leg.step}
        if decision == "back":  # though no line leads there
            return self._say(self.now, "return", **more, to=self.drawn.legs[0].step, comment=said["comment"])
        answers, left = (said, ("comment",)) if leg.gate else self._answers(leg)
        self.known |= known(answers, left)
        facts = {"content": self.content, "answers": answers, **leg.way(decision)}
        return self._say(self.now, "decide", **more, **facts)

    def _answers(self, leg: Leg) -> tuple[dict[str, Any], tuple[str, ...]]:
        """What a step that decides nothing is answered with, and what is left unanswered."""
        said, left = SAID[leg.step]
        if leg.step in ("publish_post", "mass_send"):
            said = {**said, "published_link": self.link, "published_at": self.ground.at(self.now).isoformat()}
        elif leg.step == "assemble":
            said = {"send_on": self._next_slot()}
        elif leg.step == "open_wechat_account":
            said = {"account_id": f"history_{self.ground.next_account}"}
        return said, left

    @property
    def link(self) -> str:
        return f"https://weibo.com/demo/{self.told.id}"

    def _who(self, leg: Leg) -> tuple[int, int | None, str]:
        """Who acts, for whom, and the principal the task is offered to; `p:` is the applicant."""
        ids, unit = self.ground.people, self.told.unit_id
        if leg.who == "applicant":
            return self.told.applicant, None, "p:"
        if leg.who == "filer":
            return ids[next(one[2] for one in UNITS if one[0] == self.unit)], None, f"r:unit_info_officer:{unit}"
        if leg.who == "head":
            own = self.plant == "own_by_stand_in"
            return ids[self.applicant if own else self.head], ids[self.head] if own else None, f"r:unit_head:{unit}"
        if leg.who in ("editor", "other_editor"):
            doer = self.editors[leg.who == "other_editor"]
            if self.plant == "role_pairs":
                doer = ENTERPRISE
            return ids[doer], None, POSTS["editor"][1]
        if leg.who in ("admin", "other_admin"):
            return ids[self.admins[leg.who == "other_admin"]], None, POSTS["admin"][1]
        return self._reviewer(leg)

    def _reviewer(self, leg: Leg) -> tuple[int, int | None, str]:
        ids, (held, offered) = self.ground.people, POSTS[leg.who]
        if leg.who == "office":
            if self.plant == "same_person_twice":
                return ids[ENTERPRISE], None, offered
            if self.plant == "stand_in_loops":
                return ids[ENTERPRISE], ids[OFFICER], offered
            return ids[self.chance.choice(held)], None, offered
        if self.plant == "stand_in_loops":
            return ids[OFFICER], ids[ENTERPRISE], offered
        if not self.plant and self.chance.random() < 0.05:
            return ids[STAND_IN], ids[ENTERPRISE], offered
        return ids[ENTERPRISE], None, offered

    # --- one task

    def _open(self, step: str, due: int | None) -> Act:
        act = Act(self.ground.next_task, step, self.now, None if due is None else self.now + due)
        self.ground.next_task += 1
        self.told.acts.append(act)
        return act

    def _until(self, act: Act, wait: int, work: int, *, claims: bool, row: Any = None, pauses: bool = False) -> None:
        """Time passes until somebody acts; claimed on the way, paused perhaps, late perhaps. Raises Ended."""
        span, opened = self.ground.span, self.now
        if pauses and wait // 2 < (act.due or span) - opened:
            self.plan.pop("pause")
            wait, work = self._pause(act, wait, work, claims)
        claimed, closed = opened + wait, opened + wait + work
        if claims and claimed <= span:
            act.claimed = claimed
            actor = row[2]
            self._say(claimed, "claim", step=act.step, task=act.id, actor=actor)
        if act.due is not None and act.due < min(closed, span) and not self._still(act.due):
            act.late = act.due
            self._say(act.due, "late", step=act.step, task=act.id)
        if closed > span:
            leg, offered, actor = row or (None, "p:", self.told.applicant)
            self._row(act, leg.name if leg else self.drawn.submit[0], offered, self.told.applicant, actor)
            self.told.state = "running" if self.suspended is None else "suspended"
            raise Ended
        self.now = closed

    def _still(self, moment: int) -> bool:
        return self.suspended is not None and moment >= self.suspended

    def _pause(self, act: Act, wait: int, work: int, claims: bool) -> tuple[int, int]:
        """Stand still once, before it is claimed or while it is worked on; what is due is due so much later."""
        length, opened = self.chance.randrange(DAY, 10 * DAY), self.now
        during_work = claims and self.chance.random() < 0.5 and opened + wait + work // 2 < (act.due or 0)
        begun = opened + (wait + work // 2 if during_work else wait // 2)
        owner = self.ground.people["lu.qing" if self.drawn is ACCOUNT else ENTERPRISE]
        if begun > self.ground.span:
            return wait, work
        self._say(begun, "suspend", actor=owner, comment="等待外部答复")
        act.due += length
        if begun + length > self.ground.span:
            self.suspended = begun
        self._say(begun + length, "resume", actor=owner, comment="")
        if during_work:
            act.worked_paused = length
            return wait, work + length
        act.waited_paused = length
        return wait + length, work

    def _close(self, act: Act, actor: int, for_id: int | None = None, **said: str) -> None:
        act.closed, act.state, act.actor, act.for_id = self.now, "done", actor, for_id
        act.decision, act.comment = said.get("decision"), said.get("comment")

    def _give_up(self, leg: Leg, act: Act, offered: str, actor: int) -> None:
        act.closed, act.state = self.now, "closed"
        self._row(act, leg.name, offered, self.told.applicant, actor)

    def _uuid(self, act: Act) -> str:
        return str(UUID(int=self.told.id << 64 | act.id))

    def _row(self, act: Act, name: str, offered: str, applicant: int, actor: int) -> None:
        at, properties = self.ground.at, self.version.manifest["properties"].get(act.step, {})
        named = offered == "p:"
        separate = properties.get("separate", "")
        self.into.add(
            tasks, id=act.id, case_id=self.told.id, uuid=self._uuid(act), step=act.step,
            name=name, state=act.state, revision=1, offered_to=f"p:{applicant}" if named else offered,
            assignee_id=applicant if named else actor if act.claimed is not None else None,
            separate=f",{separate}," if separate else "", properties=properties, opened_at=at(act.opened),
            due_at=None if act.due is None else at(act.due), late_at=None if act.late is None else at(act.late),
            claimed_at=None if act.claimed is None else at(act.claimed),
            closed_at=None if act.closed is None else at(act.closed), actor_id=act.actor, for_id=act.for_id,
            decision=act.decision, comment=act.comment, office_id=self.told.unit_id,
            content_sha256=self.content if act.state == "done" else None,
        )  # fmt: skip

    # --- what is out of the common

    def _expire(self, leg: Leg, act: Act) -> str:
        """The event is over when the lending is: the clock goes on, nobody acted."""
        assert self.told.lent
        if self.told.lent[1] > self.ground.span:
            self._row(act, leg.name, "p:", self.told.applicant, self.told.applicant)
            raise Ended
        self.now = max(self.told.lent[1], self.now)
        self._give_up(leg, act, "p:", self.told.applicant)
        self._say(self.now, "wake", **leg.way("approve"))
        return "approve"

    def _moved(self, leg: Leg, act: Act, offered: str, actor: int) -> str:
        """修复: who keeps the procedure asks, an administrator agrees, and it stands at the first review again."""
        self._give_up(leg, act, offered, actor)
        self.plant, ids, at, first = "moved", self.ground.people, self.ground.at, self.drawn.legs[0]
        asker, second, asked = ids[ENTERPRISE], ids[ADMINISTRATOR], max(act.opened, self.now - HOUR)
        number, self.ground.next_repair = self.ground.next_repair, self.ground.next_repair + 1
        facts = {"repair": number, "kind": "move", "target": first.step, "reason": "负责人审核时看错了稿件"}
        before, after = ({"open": [[one.step, one.name]], "state": sha256(f"{act.id} {one.step}".encode()).hexdigest()}
                         for one in (leg, first))  # fmt: skip
        before["beyond"] = []
        self._say(asked, "repair_ask", step=leg.step, actor=asker, **facts)
        pictures = {"before": before, "after": after}
        self._say(self.now, "repair", step=leg.step, actor=second, **facts, asked_by=asker, **pictures)
        self.into.add(
            repairs, id=number, case_id=self.told.id, kind="move", token=self._uuid(act), step=leg.step,
            target=first.step, reason=facts["reason"], asked_by=asker, asked_for=asker, asked_at=at(asked), revision=1,
            state="done", decided_by=second, decided_at=at(self.now), **pictures,
        )  # fmt: skip
        return "move"

    def _withdraw(self, leg: Leg, act: Act, offered: str, actor: int) -> str:
        self._give_up(leg, act, offered, actor)
        self._say(self.now, "withdraw", actor=self.told.applicant, comment="不再需要")
        self._end("withdrawn", None, self.told.applicant)
        raise AssertionError

    def _effects(self, leg: Leg, act: Act, actor: int) -> list[tuple[str, dict[str, Any]]]:
        """What a step leaves in the registers and what operations answer; the planted change of what was approved."""
        if leg.gate:
            self.approvals.append({"step": leg.step, "name": leg.name, "actor_id": actor, "for_id": act.for_id,
                                   "at": self.ground.at(self.now).isoformat(), "content": self.content})  # fmt: skip
        if leg.step == "approve_by_enterprise_head" and self.plant == "fraud":
            self._revise()
        if leg.checks:
            return [("check_approval", {"valid": True})]
        if leg.step in ("publish_post", "mass_send"):
            self.told.published = self.now
        elif leg.step == "assemble":
            return self._book(actor)
        elif leg.step == "open_wechat_account":
            return self._open_account(actor)
        elif leg.step == "grant_login":
            return self._lend(actor)
        elif leg.step == "take_back_login":
            return self._take_back(actor)
        elif leg.step == "archive_by_unit":
            return self._archive(actor)
        return []

    def _next_slot(self) -> str:
        """The day after the last that was taken, or tomorrow."""
        self.ground.slot_day = day = max(self.ground.slot_day, self.now // DAY) + 1
        self.told.slot = day
        return (self.ground.begin + timedelta(days=day)).date().isoformat()

    def _book(self, actor: int) -> list[tuple[str, dict[str, Any]]]:
        on = (self.ground.begin + timedelta(days=self.told.slot or 0)).date()
        said = {"day": on.isoformat(), "place": 1, "urgent": False}
        self._say(self.now, "book_slot", actor=actor, channel="official_wechat", **said)
        self.into.add(slots, channel_id=self.ground.channels["official_wechat"], day=on, place=1,
                      case_id=self.told.id, booked_at=self.ground.at(self.now))  # fmt: skip
        return [("book_mass_send", {"day": on.isoformat(), "serial": 1})]

    def _open_account(self, actor: int) -> list[tuple[str, dict[str, Any]]]:
        ground, number, holder = self.ground, self.ground.next_account, self.applicant
        ground.next_account += 1
        self.told.account, at = self.now, ground.at(self.now)
        name = f"history_{number}"
        facts = {"name": name, "state": "active", "unit_id": self.told.unit_id, "holder_id": self.told.applicant,
                 "user_name": name, "rights": []}  # fmt: skip
        self.into.add(accounts, id=number, kind="wechat", organisation_id=ground.units["HQ"], opened_at=at,
                      confirmed_at=at, case_id=self.told.id, **facts)  # fmt: skip
        self.into.add(account_terms, account_id=number, since=at, case_id=self.told.id, **facts)
        self._say(self.now, "open_account", actor=actor, account=name, kind="wechat", holder=holder)
        self._say(self.now, "hand_over_password", actor=actor, account=number, to=holder)
        handed = {"expires_at": (at + timedelta(days=7)).isoformat()}
        return [("open_account", {"number": number, "name": name, "holder": holder}), ("hand_over_password", handed)]

    def _lend(self, actor: int) -> list[tuple[str, dict[str, Any]]]:
        """As was asked for, and an hour longer."""
        since, until = self.event[0], self.event[1] + HOUR
        self.told.lent, at = (since, until, None), self.ground.at
        self.lending, self.ground.next_lending = self.ground.next_lending, self.ground.next_lending + 1
        span = {"since": at(since).isoformat(), "until": at(until).isoformat()}
        self._say(self.now, "lend", actor=actor, account="示范集团官方微博", borrower=self.applicant, **span)
        return [("register_lending", {"number": self.lending, "until": span["until"]})]

    def _take_back(self, actor: int) -> list[tuple[str, dict[str, Any]]]:
        assert self.told.lent
        self.told.lent = (*self.told.lent[:2], self.now)
        self._say(self.now, "take_back", actor=actor, lending=self.lending)
        return [("take_back_lending", {"returned_at": self.ground.at(self.now).isoformat()})]

    def _archive(self, actor: int) -> list[tuple[str, dict[str, Any]]]:
        assert self.told.published is not None
        at, number = self.ground.at, f"FB-{self.told.id:07}"
        channel = "official_wechat" if self.drawn is WECHAT else "official_weibo"
        doer = next(act.actor for act in reversed(self.told.acts) if act.step in ("publish_post", "mass_send"))
        entry = {
            "number": number, "case_id": self.told.id, "channel_id": self.ground.channels[channel],
            "unit_id": self.told.unit_id, "title": self.title, "link": self.link, "content_sha256": self.content,
            "approvals": self.approvals, "published_at": at(self.told.published), "archived_at": at(self.now),
        }  # fmt: skip
        said = {"number": number, "content": self.content, "entry": entry_sha256(entry | {"publisher_id": doer})}
        self._say(self.now, "archive", actor=actor, **said)
        self.into.add(publications, **entry, published_by=doer, keep_until=at(self.now + 1096 * DAY))
        return [("archive_publication", {"number": number})]

    def _end(self, state: str, outcome: str | None, actor: int | None = None) -> None:
        self.told.state, self.told.outcome, self.told.ended = state, outcome, self.now
        last = actor or next((act.actor for act in reversed(self.told.acts) if act.actor), None)
        self._say(self.now, "end", actor=last, state=state, outcome=outcome)
        raise Ended

    # --- the trail and the rows

    def _say(self, at: int, verb: str, *, step: str | None = None, task: int | None = None, actor: int | None = None,
             for_id: int | None = None, **facts: Any) -> dict[str, Any]:  # fmt: skip
        if at <= self.ground.span:
            self.entries.append((at, Entry(verb, step, task, facts, actor, for_id)))
        return facts

    def _lines(self) -> Iterator[tuple[datetime, list[Entry]]]:
        ordered = sorted(self.entries, key=lambda one: one[0])
        for at, group in groupby(ordered, key=lambda one: one[0]):
            yield self.ground.at(at), [entry for _, entry in group]

    def _write(self) -> None:
        told, at, seq, head = self.told, self.ground.at, 0, GENESIS
        for moment, entries in self._lines():
            added, seq, head = rows(told.id, seq, head, entries, moment)
            self.into.of["trail"] += added
        self.into.add(
            cases, id=told.id, number=self.number,
            procedure_id=self.version.procedure_id, version_id=told.version, applicant_id=told.applicant,
            applicant_unit_id=told.unit_id, title=self.title, state=told.state, outcome=told.outcome, revision=1,
            snapshot="{}" if told.ended is None else snapshot(self.known, told.outcome), content_no=self.content_no,
            content_sha256=self.content or None,
            started_at=at(told.started), ended_at=None if told.ended is None else at(told.ended), trail_seq=seq,
            trail_hash=head, suspended_at=None if self.suspended is None else at(self.suspended),
        )  # fmt: skip
        if told.lent:
            since, until, back = told.lent
            self.into.add(
                lendings, id=self.lending, account_id=self.ground.official, borrower_id=told.applicant,
                unit_id=told.unit_id, case_id=told.id, since=at(since), until=at(until), operators=self.applicant,
                returned_at=None if back is None else at(back),
            )  # fmt: skip
