"""Designated persons: who is designated holds the post from now on, and stands in the register."""

from typing import Any

import sqlalchemy as sa

from engine.errors import BadInput, Conflict
from engine.operations.lookups import find_person, find_role, find_unit
from engine.operations.moments import moment
from engine.people import held
from engine.policy import HOUSE_TABLE
from engine.text import Text
from engine.units import of_organisation
from engine.work import Work
from models import designations, posts, units

# Who rules the house is not appointed by a diagram.
RESERVED = HOUSE_TABLE["see_procedures"] | HOUSE_TABLE["publish"]
NOT_HERE = Text("岗位「{role}」不能由流程指定。", "The role “{role}” is not given by a procedure.")
ENDED = Text("结束时间必须在现在之后。", "The end must lie ahead.")
UNKNOWN = Text("没有此指定记录。", "There is no such designation.")


def designate(work: Work, person: str, role: str, unit: str, until: str = "", replace: bool = False) -> dict[str, Any]:
    """Give the post from now on (to `until`); with `replace` everybody else who holds it in the unit loses it.

    An earlier term of the same person in the same post ends where the new one begins.
    """
    conn, now = work.desk.conn, work.desk.now
    chosen, post, place = find_person(work, person), find_role(work, role), find_unit(work, unit)
    if post.id in RESERVED:
        raise Conflict(NOT_HERE.fill(role=Text(post.zh, post.en)))
    end = moment(until) if until else None
    if end is not None and end <= now:
        raise BadInput(ENDED)
    conn.execute(sa.select(units.c.id).where(units.c.id == place.id).with_for_update())  # two who replace wait
    same = (posts.c.role_id == post.id) & (posts.c.unit_id == place.id) & held(posts, now)
    ending = same if replace else same & (posts.c.person_id == chosen.id)
    conn.execute(posts.update().where(ending).values(until=now))
    facts = {"person_id": chosen.id, "role_id": post.id, "unit_id": place.id}
    post_id = conn.execute(posts.insert().returning(posts.c.id), {**facts, "since": now, "until": end}).scalar_one()
    number = conn.execute(
        designations.insert().returning(designations.c.id), {**facts, "post_id": post_id, "case_id": work.row.id}
    ).scalar_one()
    work.note("designate", person=person, role=post.id, unit=place.code, replace=replace)
    return {"number": number}


def end_designation(work: Work, number: int) -> dict[str, Any]:
    """The post is held no longer; what has ended before stays as it was."""
    conn, now = work.desk.conn, work.desk.now
    ours = designations.c.unit_id.in_(of_organisation(work.row.applicant_unit_id))
    post = conn.execute(
        sa.select(posts.c.id, posts.c.until)
        .join(designations, designations.c.post_id == posts.c.id)
        .where(designations.c.id == number, ours)
        .with_for_update(of=posts)
    ).first()
    if post is None:
        raise Conflict(UNKNOWN)
    if post.until is not None and post.until <= now:
        return {"until": post.until.isoformat()}
    conn.execute(posts.update().where(posts.c.id == post.id).values(until=now))
    conn.execute(designations.update().where(designations.c.id == number).values(ended_case_id=work.row.id))
    work.note("end_designation", number=number)
    return {"until": now.isoformat()}
