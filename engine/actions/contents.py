"""What a person fills in: answers taken at the door, and the revisions of what is asked for."""

from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from typing import Any

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import BadInput, Invalid
from engine.finding.record import record
from engine.numbers import OFFICE_ZONE
from engine.operations import release_slot
from engine.procedures.forms import Context, Form, asked_in, into_flow, plain, questions
from engine.procedures.ruling import is_judged, ruling
from engine.procedures.version import EXCEPTION, Version
from engine.rules.content import check_content, content_sha256, named_files
from engine.rules.draft import Around
from engine.rules.media import FileFacts
from engine.rules.violation import Violation, blocking, excuse
from engine.standing import STANDING
from engine.text import Text
from engine.work import Work
from models import contents, people, tasks, units, uploads

__all__ = ["Broken", "accept", "bind_files", "case_title", "into_flow", "judge", "revise"]

NO_FORM = Text("此步骤没有表单,不接受填写内容。", "This step has no form and takes no answers.")
REASON = Text("退回或拒绝时必须填写意见。", "Give a reason when you return or reject.")
NO_CHANNEL = Text("请选择要发布的渠道。", "Choose the channel it goes to.")
POSITIVE = ("approve", "ok")


class Broken(Invalid):
    """Rules of the documents that the content breaks; `rules` names them."""

    code = "rule_broken"

    def __init__(self, violations: list[Violation]):
        fields: dict[str, list[Text]] = {}
        for one in violations:
            fields.setdefault(one.field, []).append(one.text)
        super().__init__(fields)
        self.rules = [one.rule for one in violations]


def accept(desk: Desk, form: Form | None, answers: dict[str, Any], case_id: int | None) -> dict[str, Any]:
    """The clean answers of a step; Invalid with a sentence for each field that is not right."""
    if form is None:
        if answers:
            raise BadInput(NO_FORM)
        return {}
    inputs = list(questions(form.fields))
    has_files = any(field.type in ("filepicker", "dynamiclist") or field.is_article for field in inputs)
    asks_person = any(field.properties.get("person") for field in inputs)
    if has_files or asks_person:
        answers = plain.clean(answers)  # before anything looks into them
    files = _files(desk, set(named_files(answers)), case_id) if has_files else {}
    logins = _logins(desk, answers) if asks_person else None
    clean = form.accept(answers, Context(files, logins))
    if _needs_reason(form, clean):
        raise Invalid({"comment": [REASON]})
    return clean


def _needs_reason(form: Form, clean: Mapping[str, Any]) -> bool:
    decision = clean.get("decision")
    if decision is None or decision in POSITIVE or not form.decision_options:
        return False
    return any(field.key == "comment" for field in questions(form.fields)) and not clean.get("comment")


def _files(desk: Desk, hashes: set[str], case_id: int | None) -> dict[str, Mapping[str, Any]]:
    """The facts of the files the person may refer to: uploaded by oneself or already in the case."""
    if not hashes:
        return {}
    mine = uploads.c.uploaded_by == desk.person.id
    rows = desk.conn.execute(
        sa.select(uploads)
        .where(uploads.c.sha256.in_(hashes), sa.or_(mine, uploads.c.case_id == case_id) if case_id else mine)
        .order_by(uploads.c.id)
    )
    return {row.sha256: {**row.facts, "name": row.name, "size": row.size, "type": row.type} for row in rows}


def _logins(desk: Desk, answers: Mapping[str, Any]) -> set[str]:
    """Which of the short texts in the answers are logins of people who are here."""
    texts = [text for text in answers.values() if isinstance(text, str) and len(text) <= 60]
    rows = desk.conn.execute(sa.select(people.c.login).where(people.c.login.in_(texts), people.c.disabled_at.is_(None)))
    return set(rows.scalars())


def judge(
    desk: Desk, version: Version, clean: Mapping[str, Any], case_id: int | None, applicant_id: int | None = None
) -> list[Violation]:
    """What the rules say of the content; nothing for procedures that publish nothing.

    What an exception is asked for is marked as excused. Invalid when the channel is not one of the company's.
    """
    now = desk.now.astimezone(OFFICE_ZONE)
    found = ruling(desk.conn, version, clean, now.date())
    if found is None:
        if is_judged(version):
            raise Invalid({version.manifest["content"].get("channel", ""): [NO_CHANNEL]})
        return []
    names = version.manifest["content"].get("names", {})
    known = _files(desk, set(named_files(clean)), case_id)
    facts = [FileFacts(**{name: one[name] for name in _FACTS if name in one}) for one in known.values()]
    form = version.form(version.manifest["content"]["form"])
    around = Around(
        now,
        *_concerned(desk, clean, names, applicant_id),
        external=found.external,
        asked=frozenset(asked_in(form.fields, clean)) if form else frozenset(),
        articles=frozenset(field.key for field in form.articles) if form else frozenset(),
    )
    violations = check_content(clean, facts, found.figures, names, around)
    reason, rules = clean.get(EXCEPTION), clean.get("exception_rules")
    asked = version.excepts and isinstance(reason, str) and bool(reason.strip())
    return excuse(violations, rules if isinstance(rules, list) else []) if asked else violations


_FACTS = tuple(field.name for field in dataclass_fields(FileFacts))


def _concerned(
    desk: Desk, clean: Mapping[str, Any], names: Mapping[str, str], applicant_id: int | None
) -> tuple[frozenset[str], dict[str, str]]:
    """The logins of who applies, and the real names of those and of the holder whom the answers name.

    One statement where the answers name somebody else, or somebody acts for the applicant.
    """
    person = desk.person
    holder = clean.get(names.get("holder", "holder"))
    others = [holder] if isinstance(holder, str) and holder != person.login else []
    if not others and applicant_id in (None, person.id):
        return frozenset({person.login}), {person.login: person.name}
    rows = desk.conn.execute(
        sa.select(people.c.id, people.c.login, people.c.name).where(
            sa.or_(people.c.login.in_(others), people.c.id == applicant_id)
        )
    ).all()
    applicants = {person.login} | {row.login for row in rows if row.id == applicant_id}
    return frozenset(applicants), {person.login: person.name} | {row.login: row.name for row in rows}


def revise(work: Work, clean: dict[str, Any], not_kept: Mapping[str, list[Text]] | None = None) -> None:
    """Keep a new revision of what is asked for; every approval given so far loses its object.

    Every task that stands changes with it: who was shown what was asked for before cannot decide without looking anew.
    `not_kept`: what of the articles as handed in was left out, by field; the trail says so.
    """
    found = judge(work.desk, work.version, clean, work.row.id, work.row.applicant_id)
    if blocking(found):
        raise Broken(blocking(found))
    if work.row.content_no:
        release_slot(work)  # the day was booked for what had been approved
    hashes = set(named_files(clean))
    number, sha256 = work.row.content_no + 1, content_sha256(clean, hashes)
    work.desk.conn.execute(
        contents.insert(),
        {
            "case_id": work.row.id,
            "no": number,
            "sha256": sha256,
            "fields": clean,
            "author_id": work.desk.person.id,
            "made_at": work.desk.now,
        },
    )
    standing = (tasks.c.case_id == work.row.id) & tasks.c.state.in_(STANDING)
    work.desk.conn.execute(tasks.update().where(standing).values(revision=work.row.revision + 1))
    title = case_title(work.version, clean)
    known = [work.row.number, title, *_applicant(work)]
    record(work.desk.conn, work.row.id, known, work.version, clean, again=number > 1)
    work.changes |= {"content_no": number, "content_sha256": sha256, "title": title}
    work.notes |= {"content": sha256, "content_no": number}
    for name, some in (("warnings", False), ("exceptions", True)):
        told = [_told(one, clean) for one in found if one.excused is some]
        if some is False:
            told += [{"rule": "", "zh": one.zh, "en": one.en} for texts in (not_kept or {}).values() for one in texts]
        if told:
            work.notes[name] = told


def _applicant(work: Work) -> tuple[str, str]:
    """The names of the applicant and of the unit; one statement where somebody else submits."""
    person, row = work.desk.person, work.row
    if (row.applicant_id, row.applicant_unit_id) == (person.id, person.unit_id):
        return person.name, person.unit_name
    name, unit = work.desk.conn.execute(
        sa.select(people.c.name, units.c.name).where(
            people.c.id == row.applicant_id, units.c.id == row.applicant_unit_id
        )
    ).one()
    return name, unit


def _told(one: Violation, clean: Mapping[str, Any]) -> dict[str, Any]:
    """A violation as the trail keeps it; an exception with the reason given and who may allow it."""
    told = {"rule": one.rule, "zh": one.text.zh, "en": one.text.en}
    if one.excused and one.override:
        told |= {"reason": clean[EXCEPTION], "who": one.override.who}
    return told


def with_kept(desk: Desk, case_id: int | None, form: Form, clean: dict[str, Any]) -> dict[str, Any]:
    """The answers with those that the step may not give, as submitted last. One statement if it has any."""
    if case_id is None or not form.left_alone:
        return clean
    last = sa.select(contents.c.fields).where(contents.c.case_id == case_id).order_by(contents.c.no.desc()).limit(1)
    known = desk.conn.execute(last).scalar() or {}
    return {key: value for key, value in known.items() if key in form.left_alone} | clean


def bind_files(work: Work, clean: dict[str, Any]) -> None:
    """The files an answer refers to belong to the case from now on; one that serves another case, to both."""
    hashes = set(named_files(clean))
    if not hashes:
        return
    conn, case_id, named = work.desk.conn, work.row.id, uploads.c.sha256.in_(hashes)
    mine = uploads.c.uploaded_by == work.desk.person.id
    conn.execute(uploads.update().where(named, mine, uploads.c.case_id.is_(None)).values(case_id=case_id))
    here = set(conn.execute(sa.select(uploads.c.sha256).where(named, uploads.c.case_id == case_id)).scalars())
    if hashes - here:
        used = conn.execute(sa.select(uploads).where(uploads.c.sha256.in_(hashes - here), mine)).mappings()
        again = {row["sha256"]: {**row, "case_id": case_id} for row in used}
        conn.execute(uploads.insert(), [{key: row[key] for key in row if key != "id"} for row in again.values()])


def case_title(version: Version, clean: Mapping[str, Any]) -> str:
    key = version.manifest.get("content", {}).get("title")
    title = str(clean.get(key) or "") if key else ""
    return title[:300] or version.title.zh
