"""Every route x everybody: what an address answers is what the policy says, for one's own and for foreign numbers.

The expected table is made from engine.policy alone: from who stands how to the case, and which verb a route does.
A route that is not listed here fails, so that nobody adds one without saying which right it needs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

import models
from engine import actions
from engine.policy import CASE_TABLE, HOUSE_TABLE, TASK_TABLE, may, may_in_house
from models import people, stand_ins
from tests.support.story import Story
from tests.web.visitor import Visitor

# What each route asks for: `case:verb` and `task:verb` as in engine.policy, with `?` where the step of this case has
# no such seats, and `house:verb`; `own` finds only one's own things; `signed_in` shows everybody what is theirs;
# `anybody` needs no sign-in.
ROUTES = {
    "static": "anybody",
    "health.healthz": "anybody",
    "account.sign_in_page": "anybody",
    "account.sign_in": "anybody",
    "account.sign_out": "anybody",
    "account.language": "anybody",
    "account.theme": "anybody",
    "account.password": "signed_in",
    "account.secrets": "signed_in",
    "account.show_secret": "own",
    "inbox.home": "signed_in",
    "inbox.todo": "signed_in",
    "inbox.box": "signed_in",
    "inbox.task": "task:see",
    "acts.claim": "task:claim",
    "acts.put_back": "task:put_back",
    "acts.decide": "task:decide",
    "acts.return_": "task:return",
    "acts.transfer": "task:transfer",
    "inbox.check": "task:see",
    **{f"acts.{verb}": f"task:{verb}" for verb in "delegate sign_before sign_after".split()},
    **{f"acts.{verb}": f"task:{verb}?" for verb in "add_signer remove_signer unask".split()},
    "cases.show": "case:see",
    "cases.diagram": "case:see",
    "cases.path": "case:see",
    "cases.at": "case:see",
    "cases.comment": "case:comment",
    "cases.copy": "case:copy",
    "cases.unmask": "case:unmask",
    "cases.withdraw": "case:withdraw",
    "cases.cancel": "case:cancel",
    **{f"cases.{verb}": f"case:{verb}" for verb in "recall urge suspend resume".split()},
    "paper.print_sheet": "case:print",
    "paper.ask": "anybody",  # who has the code learns that a sheet is genuine, and nothing it says
    "paper.verify": "anybody",
    "paper.compare": "anybody",
    **{f"lists.{name}": "signed_in" for name in "approve keep news side views".split()},
    "lists.preview": "task:see",
    "lists.delete": "own",
    **{f"workdays.{name}": "house:keep_calendar" for name in "index day hours".split()},
    **{f"writing.{name}": "signed_in" for name in "paste discard".split()},
    **{f"writing.{name}": "own" for name in "draft_start draft_task".split()},
    "catalogue.index": "signed_in",
    "catalogue.show": "signed_in",
    "catalogue.diagram": "signed_in",
    "catalogue.start": "own",
    "catalogue.submit": "own",
    "catalogue.check": "own",
    "channels.index": "signed_in",
    "channels.show": "signed_in",
    "registers.index": "signed_in",
    "registers.publications": "signed_in",
    "registers.publication": "own",
    "registers.package": "own",
    "registers.incidents": "signed_in",
    "registers.retry": "own",
    "registers.take_back": "own",
    **{
        f"registers.{name}": "signed_in"
        for name in "accounts platforms designations filings lendings materials".split()
    },
    **{f"registers.{name}": "own" for name in "account platform designation filing lending material".split()},
    "messages.index": "signed_in",
    "messages.show": "own",
    "messages.read": "own",
    "messages.look": "signed_in",
    "messages.settings": "signed_in",
    **{
        f"admin.{name}": "house:manage_people"
        for name in (
            "people person disable enable reset give_post end_post pass_post units roles appoint table download look "
            "apply"
        ).split()
    },
    **{f"hand_over.{name}": "house:hand_over" for name in "index preview move done undo".split()},
    **{f"profile.{name}": "signed_in" for name in "show save end_others".split()},
    "profile.end_session": "own",
    **{f"stand_ins.{name}": "signed_in" for name in "index appoint report".split()},
    "stand_ins.end": "own",
    "reset.show": "anybody",  # who has the link
    "reset.save": "anybody",
    **{f"outside.{name}": "own" for name in "index ask revoke".split()},
    **{f"outside.{name}": "anybody" for name in "show code answer file".split()},  # who has link and code
    # who has a scope to look over
    **{f"audit.{name}": "audit" for name in "repairs approve_repair refuse_repair withdraw_repair".split()},
    "repairs.ask": "case:repair",
    "repairs.send": "case:repair",
    **{f"audit.{name}": "audit" for name in "index reads readers_ reads_csv".split()},
    **{f"audit.{name}": "audit" for name in "find keeping holds put_hold disposals bundles ask_bundle".split()},
    **{f"audit.{name}": "audit" for name in "ask_disposal send_disposal disposal_request decide_disposal".split()},
    **{f"audit.{name}": "audit" for name in "ask_lift lift_hold disposal disposal_package bundle".split()},
    **{f"audit.{name}": "audit" for name in ("account_disposal", "account_package")},
    "audit.case_package": "case:archive",
    **{f"audit.{name}": "audit" for name in "figures workload figure_registers figure_cases figure_lines".split()},
    **{f"audit.{name}": "audit" for name in ("heat", "heat_marks", "heat_drawing")},
    **{f"audit.{name}": "audit" for name in "conformance checked_case duties check both rights".split()},
    **{f"audit.{name}": "audit" for name in "exports export export_of export_file cancel_export".split()},
    **{f"audit.{name}": "audit" for name in "report report_paper".split()},
    **{f"audit.{name}": "audit" for name in ("log", "anchors", "verifier")},
    "studio.index": "signed_in",
    # who may edit or release the procedure
    **{f"studio.{name}": "draft" for name in "draft save drop compare compare_diagram".split()},
    **{f"studio.{name}": "own" for name in "open_ compare_versions version_diagram".split()},
    **{f"studio.{name}": "draft" for name in "try_ step move try_path drawing stories save_story story_of".split()},
    **{f"studio.{name}": "draft" for name in "live_stories coverage history replay_history".split()},
    **{f"studio.{name}": "house:publish" for name in "migrate start_migration".split()},  # who may release it
    **{f"studio.{name}": "own" for name in "migration undo_migration".split()},
    **{f"studio.{name}": "draft" for name in "tables new_table".split()},
    **{f"studio.{name}": "own" for name in "table save_table remove_table".split()},
    **{f"studio.{name}": "draft" for name in "diagram diagram_file diagram_desk diagram_check".split()},
    **{f"studio.{name}": "draft" for name in "release proofs prove submit withdraw make refuse".split()},
    **{f"studio.{name}": "draft" for name in "rights set_rights export import_into".split()},
    **{f"studio.{name}": "own" for name in "versions export_version reinstate copy import_".split()},
    **{f"studio.{name}": "draft" for name in "forms change_forms form change_form preview_form".split()},
    **{f"studio.{name}": "house:publish" for name in "new wizard begin blank begin_blank".split()},
    **{f"studio.{name}": "signed_in" for name in "guide gallery thumbnail_of".split()},
    "uploads.add": "signed_in",
    "uploads.show": "own",
    "uploads.view": "own",
}
# What a post needs so that nothing but the right decides.
BODIES = {
    "acts.decide": {"decision": "approve"},
    "acts.return_": {"step": "submit", "comment": "请补充"},
    "acts.transfer": {"to": "xu.lan", "comment": "出差"},
    "acts.delegate": {"to": "xu.lan", "comment": "请看"},
    "acts.sign_before": {"to": "xu.lan", "comment": "请看"},
    "acts.sign_after": {"_to": "xu.lan", "_comment": "请看"},
    "acts.add_signer": {"to": "xu.lan", "comment": "请看"},
    "acts.remove_signer": {"signer": "xu.lan", "comment": "不需要"},
    "repairs.send": {"kind": "move", "reason": "卡住了"},
    "cases.suspend": {"comment": "等一等"},
    "cases.unmask": {"comment": "核对投诉"},
    "cases.comment": {"comment": "一句话"},
    "cases.copy": {"to": "pan.yi"},
    "cases.cancel": {"comment": "不再需要"},
}
DONE = {200, 303, 409, 422}  # went through, or was looked at and refused for what it says
NOT_HERE = {403, 404, 409, 422}  # a refusal, whoever asks


@dataclass(frozen=True)
class Stands:
    """How somebody stands to the case and to its open task, in the words of engine.policy."""

    case: frozenset[str] = frozenset()
    task: frozenset[str] = frozenset()


def _stands(case: str = "", task: str = "") -> Stands:
    return Stands(frozenset(case.split()), frozenset(task.split()))


# A case of lin.xia that waits, unclaimed, for the head of the sales department.
WHO = {
    "shi.xi": _stands(),
    "ye.zhou": _stands(),  # stands in for the head in another procedure only
    "ren.ke": _stands(),  # stood in for the head until yesterday
    "lin.xia": _stands("applicant actor"),
    "zhou.ning": _stands("follower manager", "candidate"),
    "su.qing": _stands("follower", "candidate"),  # stands in for the head
    "bai.lu": _stands("receiver"),
    "shen.yan": _stands("owner"),
    "zeng.ming": _stands("auditor"),  # of the whole group
    "song.yuan": _stands(),  # heads another unit
    "tian.ye": _stands("administrator"),
}


@dataclass
class Scene:
    story: Story
    app: Flask
    case_id: int = 0
    task_id: int = 0
    revision: int = -1

    def fresh(self) -> "Scene":
        """The case as it was; a new one when somebody has moved it."""
        if not self.case_id or self.story.case(self.case_id).revision != self.revision:
            self.case_id = self.story.start()
            self.task_id = self.story.newest_task(self.case_id)
            self.story.act("lin.xia", lambda desk: actions.copy(desk, self.case_id, ["bai.lu"]))
            self.revision = self.story.case(self.case_id).revision
        return self

    def stand_in(self, login: str, procedure: str | None, days: int) -> None:
        now = self.story.now
        with models.writing(self.story.engine) as conn:
            slug = sa.select(models.procedures.c.id).where(models.procedures.c.slug == procedure).scalar_subquery()
            of = {
                name: sa.select(people.c.id).where(people.c.login == name).scalar_subquery()
                for name in ("zhou.ning", login)
            }
            row = {"person_id": of["zhou.ning"], "stand_in_id": of[login], "procedure_id": slug if procedure else None}
            since, until = now - timedelta(days=30), now + timedelta(days=days)
            conn.execute(stand_ins.insert().values(**row, since=since, until=until))


@pytest.fixture
def scene(one_app: Flask, tmp_path: Path) -> Iterator[Scene]:
    one_app.config["WTF_CSRF_ENABLED"] = False
    house = one_app.extensions["house"]
    made = Scene(Story(house.engine, tmp_path, house.config.clock()), one_app)
    made.stand_in("su.qing", None, days=1)
    made.stand_in("ye.zhou", "acc-open-staff", days=1)
    made.stand_in("ren.ke", None, days=-1)
    yield made


def expected(right: str, stands: Stands) -> set[int]:
    """What an address may answer to somebody who stands so."""
    kind, _, verb = right.partition(":")
    if not may(CASE_TABLE, stands.case, "see", "deciding"):
        return {404}
    if verb.endswith("?"):
        return NOT_HERE
    if verb == "see":
        return {200, 303}
    allowed = (
        may(CASE_TABLE, stands.case, verb, "deciding") if kind == "case" else may(TASK_TABLE, stands.task, verb, "free")
    )
    return DONE if allowed else {403}


def test_every_route_says_which_right_it_needs(one_app: Flask) -> None:
    routes = {rule.endpoint for rule in one_app.url_map.iter_rules() if not rule.endpoint.startswith("api.")}
    assert routes == set(ROUTES)
    verbs = {right.partition(":")[2] for right in ROUTES.values() if right.startswith(("case:", "task:"))}
    assert {verb.removesuffix("?") for verb in verbs} - {"see"} <= {*CASE_TABLE, *TASK_TABLE}
    house = {right.partition(":")[2] for right in ROUTES.values() if right.startswith("house:")}
    assert house <= {*HOUSE_TABLE}


def test_what_a_route_answers_is_what_the_policy_says(scene: Scene) -> None:
    wrong = []
    rules = [rule for rule in scene.app.url_map.iter_rules() if ROUTES.get(rule.endpoint, "")[:5] in ("case:", "task:")]
    for login, stands in WHO.items():
        visitor = Visitor(scene.app)
        visitor.become(login)
        for rule in rules:
            right, there = ROUTES[rule.endpoint], scene.fresh()
            path = rule.rule.replace("<int:case_id>", str(there.case_id)).replace("<int:task_id>", str(there.task_id))
            assert "<" not in path, path
            send = visitor.client.post if "POST" in (rule.methods or ()) else visitor.client.get
            read = {"revision": there.story.row(there.task_id).revision}
            body = {"data": read | BODIES.get(rule.endpoint, {})} if "POST" in (rule.methods or ()) else {}
            told = send(path, **body)
            if told.status_code not in expected(right, stands):
                wrong.append((login, rule.endpoint, told.status_code, sorted(expected(right, stands))))
    assert wrong == [], "\n".join(map(str, wrong))


def test_what_the_house_reserves_opens_to_nobody_else(scene: Scene) -> None:
    rules = [rule for rule in scene.app.url_map.iter_rules() if ROUTES.get(rule.endpoint, "").startswith("house:")]
    there, wrong = scene.fresh(), []
    for login in WHO:
        person, visitor = scene.story.person(login), Visitor(scene.app)
        visitor.become(login)
        for rule in rules:
            verb = ROUTES[rule.endpoint].removeprefix("house:")
            if may_in_house(person.roles, verb) or (verb == "hand_over" and person.heads_unit):
                continue
            path = rule.build({name: _sample(name, there) for name in rule.arguments})[1]  # type: ignore[index]
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                told = visitor.client.open(path, method=method)
                if told.status_code not in (400, 403, 404):
                    wrong.append((login, method, path, told.status_code))
    assert wrong == []


def test_a_draft_opens_to_those_alone_who_may_change_or_release_its_procedure(scene: Scene) -> None:
    rules = [rule for rule in scene.app.url_map.iter_rules() if ROUTES.get(rule.endpoint, "") == "draft"]
    there, wrong = scene.fresh(), []
    draft_id = scene.story.act("shen.yan", lambda desk: actions.open_draft(desk, "pub-company-info"))
    for login in WHO:
        visitor = Visitor(scene.app)
        visitor.become(login)
        for rule in rules:
            path = rule.build({name: _sample(name, there) for name in rule.arguments} | {"draft_id": draft_id})[1]  # type: ignore[index]
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                seen = visitor.client.open(path, method=method).status_code
                if login not in ("shen.yan", "tian.ye") and seen not in (400, 403, 404):
                    wrong.append((login, method, path, seen))
                if login == "shen.yan" and method == "GET" and seen != 200:
                    wrong.append((login, method, path, seen))
    assert wrong == []


def test_the_audit_opens_to_those_alone_who_have_something_to_look_over(scene: Scene) -> None:
    rules = [rule for rule in scene.app.url_map.iter_rules() if ROUTES.get(rule.endpoint, "") == "audit"]
    there, wrong = scene.fresh(), []
    for login in WHO:
        visitor = Visitor(scene.app)
        visitor.become(login)
        roles = scene.story.person(login).roles  # the posts that WHO has; in this house process owners are heads too
        looks = not roles.isdisjoint({"unit_head", "auditor", "process_owner", "administrator"})
        for rule in rules:
            path = rule.build({name: _sample(name, there) for name in rule.arguments})[1]  # type: ignore[index]
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                seen = visitor.client.open(path, method=method).status_code
                if not looks and seen not in (400, 403, 404):
                    wrong.append((login, method, path, seen))
                if looks and method == "GET" and not rule.arguments and seen != 200:
                    wrong.append((login, method, path, seen))
    assert wrong == []


def test_what_needs_a_sign_in_opens_nothing_without_one(scene: Scene) -> None:
    visitor, there = Visitor(scene.app), scene.fresh()
    for rule in scene.app.url_map.iter_rules():
        if ROUTES.get(rule.endpoint, "anybody") == "anybody":
            continue
        path = rule.build({name: _sample(name, there) for name in rule.arguments})[1]  # type: ignore[index]
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            told = visitor.client.open(path, method=method)
            assert told.status_code in (302, 303, 401), (method, path, told.status_code)


def _sample(name: str, scene: Scene) -> str | int:
    numbers = {"case_id": scene.case_id, "task_id": scene.task_id}
    texts = {
        "box": "todo",
        "slug": "pub-company-info",
        "code": "official_wechat",
        "family": "F2",
        "sha256": "0" * 64,
        "name": "submit",
    }
    return numbers.get(name) or texts.get(name) or 1
