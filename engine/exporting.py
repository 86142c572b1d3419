"""A list of cases written to a file and put on record: read by a query, noted by an action, both in one place."""

import hashlib
import secrets
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qsl

import orjson
import sqlalchemy as sa

from engine.actions.acting import acting
from engine.actions.export_cases import finish_export, note_export, note_exported, note_report, question_of
from engine.actions.read import AT_ONCE
from engine.desk import Desk, Office
from engine.errors import NotSignedIn, QianfaError
from engine.exports import Counted
from engine.finding.address import list_wanted
from engine.finding.wanted import AUDIT
from engine.paper import typeset
from engine.paper.drawing import SHEETS
from engine.people import load_person
from engine.queries.audit.cases import COUNT_TO, how_many_cases
from engine.queries.audit.exported import export_cases
from engine.queries.audit.report import Report, house_report, month_report, paper, spoken
from engine.queries.names import Unit, names
from engine.scope import audit_scope
from engine.text import Text
from engine.trail import GENESIS, HOUSE
from models import exports, still, trail, writing

REPORT = SHEETS / "report.typ"
COMMAND = "qianfa report"
_HEAD = sa.select(trail.c.seq, trail.c.hash).where(trail.c.chain == HOUSE).order_by(trail.c.seq.desc()).limit(1)


class TooManyCases(QianfaError):
    code = "too_many_cases"
    status = 422
    message = Text(
        "符合条件的申请超过{most}份,请缩小范围,或在页面上提交后台导出。",
        "More than {most} cases fit; narrow the list, or ask for the file on the page.",
    )


@dataclass(frozen=True)
class Exported:
    """A file that was made and put on record; whoever sends it deletes it."""

    path: Path
    counted: Counted
    sha256: str


def export_now(
    engine: sa.Engine, office: Office, person_id: int, query: Mapping[str, str], format: str, now: datetime
) -> Exported:
    """Make the file of a list of at most COUNT_TO cases at once; its record is committed when this returns.

    Raises TooManyCases, BadInput for a question or format that makes no sense, NotAllowed.
    """
    query = question_of(query, format)
    with NamedTemporaryFile(dir=_folder(office), suffix=".now", delete=False) as out:
        path, ids = Path(out.name), array("q")
        try:
            with still(engine) as conn:
                person = load_person(conn, person_id, now)
                if person is None or person.disabled:
                    raise NotSignedIn()
                wanted = list_wanted(conn, AUDIT, query, now)
                if how_many_cases(conn, person, wanted, COUNT_TO + 1) > COUNT_TO:
                    raise TooManyCases(most=COUNT_TO)
                file = cast(BinaryIO, out.file)
                counted = export_cases(conn, person, wanted, format, file, now, took=ids.extend)
            out.flush()
            sha256 = digest(path)

            def note(desk: Desk) -> None:
                note_export(desk, query, format, counted, sha256)
                note_exported(desk, ids, format, sha256=sha256)

            acting(engine, office, person_id, note, now=now)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return Exported(path, counted, sha256)


def make_export(
    engine: sa.Engine, office: Office, export_id: int, now: Callable[[], datetime], tell: Callable[[int], None]
) -> Callable[[sa.Connection], None]:
    """Write the file that was asked for; what is returned puts it on record.

    Each case has its own record by then, AT_ONCE in a transaction: a worker that dies between leaves some twice.
    `tell` hears how many cases are written, and may raise to end it. NotAllowed where its asker lost the scope.
    """
    ids = array("q")
    with still(engine) as conn:
        row = conn.execute(sa.select(exports).where(exports.c.id == export_id)).one()
        person = load_person(conn, row.person_id, now())
        if person is None or person.disabled:
            raise NotSignedIn()
        query = dict(parse_qsl(row.query))
        wanted = list_wanted(conn, AUDIT, query, now())
        draft = _folder(office) / f"{export_id}.{secrets.token_hex(8)}.part"  # another worker may be at it too
        try:
            with draft.open("xb") as out:
                counted = export_cases(conn, person, wanted, row.format, out, now(), tell, ids.extend)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        scope = audit_scope(conn, person)
    try:
        for first in range(0, len(ids), AT_ONCE):
            with writing(engine) as conn:
                some, desk = ids[first : first + AT_ONCE], Desk(conn, person, now(), office)
                note_exported(desk, some, row.format, export=export_id)
            tell(counted.cases)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    size, sha256 = draft.stat().st_size, digest(draft)

    def finish(conn: sa.Connection) -> None:
        desk = Desk(conn, person, now(), office)
        if finish_export(desk, export_id, counted.cases, size, sha256, scope):
            note_export(desk, query, row.format, counted, sha256)
            draft.replace(file_of(office, export_id))
        draft.unlink(missing_ok=True)

    return finish


@dataclass(frozen=True)
class Paper:
    """A report that was set and put on record."""

    report: Report
    pdf: bytes
    sha256: str


def report_now(
    engine: sa.Engine,
    office: Office,
    person_id: int,
    asked: Mapping[str, str],
    address: str,
    now: datetime,
) -> Paper:
    """The report of a month as PDF; its record is committed when this returns. See `month_report`.

    `asked`: month, unit, procedure; `address`: where the page of the report is found.
    """
    with still(engine) as conn:
        person = load_person(conn, person_id, now)
        if person is None or person.disabled:
            raise NotSignedIn()
        report = month_report(conn, person, now=now, **asked)
        organisation = names(conn).organisation(person.unit_id)
        head = conn.execute(_HEAD).first()
    made = _set(report, person.name, [organisation] if organisation else [], head, address, now)
    told = spoken(report)
    acting(engine, office, person_id, lambda desk: note_report(desk, asked, made.sha256, told), now=now)
    return made


def house_report_now(engine: sa.Engine, office: Office, asked: Mapping[str, str], address: str, now: datetime) -> Paper:
    """The same of the whole house, for the administrator of the machine; the log names no person."""
    with still(engine) as conn:
        report = house_report(conn, now=now, **asked)
        organisations = names(conn).organisations()
        head = conn.execute(_HEAD).first()
    made = _set(report, COMMAND, organisations, head, address, now)
    with writing(engine) as conn:
        note_report(Desk(conn, None, now, office), asked, made.sha256, command=COMMAND)
    return made


def _set(report: Report, made_by: str, organisations: Sequence[Unit], head: Any, address: str, now: datetime) -> Paper:
    data = paper(report, made_by, "、".join(one.name.zh for one in organisations), now)
    data["sha256"] = hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()
    seq, hash = (head.seq, head.hash) if head else (0, GENESIS)
    data |= {"address": address, "trail_seq": seq, "trail_head": hash}
    pdf = typeset(REPORT.read_text("utf-8"), data, now)
    return Paper(report, pdf, hashlib.sha256(pdf).hexdigest())


def file_of(office: Office, export_id: int) -> Path:
    return _folder(office) / f"{export_id}.file"


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folder(office: Office) -> Path:
    folder = office.data / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
