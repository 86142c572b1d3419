"""To whom a newly opened step goes: the assignment resolved, separation kept, never to nobody unseen."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.kernel import OpenTask
from engine.people import holders, person_principal, role_principal
from engine.procedures.acts import separate_from
from engine.procedures.assignment import HEAD, value_at
from engine.procedures.signing import parent_of, unit_of
from engine.text import Text
from engine.work import Work
from models import channels, people, tasks

VACANT = Text(
    "步骤「{step}」无人可办:{why}。请流程负责人补任岗位后重试。",
    "Nobody can act on “{step}”: {why}. Fill the post, then retry.",
)
NO_HOLDER = Text("岗位空缺", "the post is vacant")
ALL_BARRED = Text("任职者都已办理过本申请,按职责分离不得再办", "all who could act already acted on this case")
NO_PERSON = Text("表单中指定的人不存在或已停用", "the person named in the form does not exist or is disabled")
NO_ACTOR = Text("所指的步骤还没有人办理过", "nobody has acted on the step it refers to")
NO_CHANNEL = Text("表单中的渠道不存在", "the channel named in the form does not exist")


@dataclass
class Offer:
    """Where a step goes: a principal, or none with the reason."""

    step: OpenTask
    principal: str | None
    why: Text | None = None


def offer(work: Work, steps: list[OpenTask]) -> list[Offer]:
    """Resolve the assignments of newly opened steps; one statement for all that name a post."""
    offers = [_aim(work, step) for step in steps]
    posts = {one.principal for one in offers if one.principal and one.principal.startswith("r:")}
    held = holders(work.desk.conn, posts, work.desk.now) if posts else {}
    for one in offers:
        if one.principal and one.principal.startswith("r:"):
            _settle_post(work, one, held[one.principal])
        elif one.principal:
            _settle_person(work, one)
    return offers


def _aim(work: Work, step: OpenTask) -> Offer:
    """The principal the words name, before anybody looked who holds it."""
    who = work.version.who.get(step.step) or {"kind": "nobody"}
    row, data = work.row, step.data
    if step.item is not None and isinstance(step.item, str) and step.item[:2] in ("p:", "r:"):
        return Offer(step, step.item)  # a countersign over resolved signers
    match who["kind"]:
        case "applicant":
            return Offer(step, person_principal(row.applicant_id))
        case "role":
            unit = unit_of(work.desk.conn, who["unit"], row.applicant_unit_id)
            return Offer(step, role_principal(who["name"], unit))
        case "head":
            unit = unit_of(work.desk.conn, who["unit"], row.applicant_unit_id)
            return Offer(step, role_principal(HEAD, unit))
        case "superior":
            unit = unit_of(work.desk.conn, who["unit"], row.applicant_unit_id)
            above = parent_of(work.desk.conn, unit)
            return Offer(step, role_principal(HEAD, above) if above else None, NO_HOLDER)
        case "person":
            return _person(work, step, value_at(who["name"], data))
        case "actor":
            return _last_actor(work, step, who["name"])
        case "operator":
            return _operator(work, step, value_at(who["name"], data))
    return Offer(step, None, NO_HOLDER)


def _person(work: Work, step: OpenTask, login: str) -> Offer:
    found = work.desk.conn.execute(sa.select(people.c.id).where(people.c.login == login)).scalar()
    return Offer(step, person_principal(found) if found else None, NO_PERSON)


def _last_actor(work: Work, step: OpenTask, name: str) -> Offer:
    actor = work.desk.conn.execute(
        sa.select(tasks.c.actor_id)
        .where(
            tasks.c.case_id == work.row.id,
            tasks.c.step == name,
            tasks.c.state == "done",
            tasks.c.parent_id.is_(None),
        )
        .order_by(tasks.c.id.desc())
        .limit(1)
    ).scalar()
    return Offer(step, person_principal(actor) if actor else None, NO_ACTOR)


def _operator(work: Work, step: OpenTask, code: str) -> Offer:
    found = work.desk.conn.execute(
        sa.select(channels.c.operator_role, channels.c.unit_id).where(channels.c.code == code)
    ).first()
    return Offer(step, role_principal(found.operator_role, found.unit_id) if found else None, NO_CHANNEL)


def _settle_person(work: Work, one: Offer) -> None:
    assert one.principal
    person_id = int(one.principal[2:])
    if person_id in barred_hands(work, one.step):
        one.principal, one.why = None, ALL_BARRED
        return
    if person_id == getattr(work.desk.actor, "id", None):
        return
    live = sa.select(people.c.id).where(people.c.id == person_id, people.c.disabled_at.is_(None))
    if work.desk.conn.execute(live).first() is None:
        one.principal, one.why = None, NO_PERSON


def barred_hands(work: Work, step: OpenTask) -> dict[int, str]:
    return work.hands_on(separate_text(work.version.properties(step.step)))


def separate_text(properties: dict[str, Any]) -> str:
    """`submit, review` as `,submit,review,`, so that a step is found by `,step,`."""
    steps = separate_from(properties)
    return f",{','.join(steps)}," if steps else ""


def _settle_post(work: Work, one: Offer, held: dict[int, int]) -> None:
    """Leave the step with the post if a free hand holds it; else with the next superior."""
    if not held:
        one.principal, one.why = None, NO_HOLDER
        return
    hands = barred_hands(work, one.step)
    unit: int | None = next(iter(held.values()))
    seen = set()
    while held and all(person in hands for person in held) and unit and unit not in seen:
        seen.add(unit)
        unit = parent_of(work.desk.conn, unit)
        if unit is None:
            held = {}
            break
        one.principal = role_principal(HEAD, unit)
        held = holders(work.desk.conn, {one.principal}, work.desk.now)[one.principal]
    if not held or all(person in hands for person in held):
        one.principal, one.why = None, ALL_BARRED
