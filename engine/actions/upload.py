"""Take in a file that a form field will refer to; its kind is told by its content, not by its name."""

from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from engine.desk import Desk, Office
from engine.errors import Invalid, NotFound, QianfaError
from engine.procedures.version import load_version
from engine.rules.media import FileFacts, sniff
from engine.rules.names import display_name
from engine.standing import case_relations, case_row, open_tasks_of
from engine.text import Text
from models import uploads

MOST_BYTES = 500 * 2**20  # the largest thing any rule allows: a video, C-V1

INFECTED = Text("文件「{name}」含有病毒({virus}),不接受。", "“{name}” carries a virus ({virus}): refused.")


class NotScanned(QianfaError):
    """The virus scanner did not judge the file, and files nobody judged are not taken in."""

    code = "not_scanned"
    status = 503
    message = Text(
        "病毒扫描暂时不可用,文件「{name}」没有收下,请稍后再试。",
        "The virus scanner is not available: “{name}” was not taken in; try again later.",
    )


def receive(office: Office, stream: BinaryIO, name: str) -> FileFacts:
    """Store a file under its SHA-256 and look what it really is; no transaction waits meanwhile.

    Raises TooLarge, NotScanned, or Invalid when it is infected, empty, corrupt, mislabelled or of a kind nobody may
    upload.
    """
    judged: list[str] = []
    blob = office.blobs.put(stream, MOST_BYTES, lambda path: judged.append(_scanned(office, path, name)))
    facts = sniff(office.blobs.path(blob.sha256), name, blob.sha256)
    if facts.problem_text:
        raise Invalid({"file": [facts.problem_text]})
    return replace(facts, scan=judged[0])


def _scanned(office: Office, path: Path, name: str) -> str:
    """What the scanner says of a file before it is kept; only what it knows to be clean, or is let in unscanned."""
    if office.scan is None:
        return ""
    verdict, found = office.scan(path)
    if verdict == "clean" or (verdict == "unknown" and office.takes_unscanned):
        return verdict
    if verdict == "infected":
        raise Invalid({"file": [INFECTED.fill(name=display_name(name), virus=found or "?")]})
    raise NotScanned(name=display_name(name))


def upload(desk: Desk, received: FileFacts) -> dict[str, Any]:
    """Enter a received file as this person's, so that answers may refer to it."""
    row = {
        "sha256": received.sha256,
        "name": received.name,
        "size": received.size,
        "type": received.type,
        "facts": received.as_dict(),
        "uploaded_by": desk.person.id,
        "uploaded_at": desk.now,
    }
    upload_id = desk.conn.execute(uploads.insert().returning(uploads.c.id), row).scalar_one()
    return {"id": upload_id, **{key: row[key] for key in ("sha256", "name", "size", "type", "facts")}}


def download(desk: Desk, upload_id: int) -> Any:
    """The upload's row, for its uploader and for who may see its case; NotFound for all others."""
    row = desk.conn.execute(sa.select(uploads).where(uploads.c.id == upload_id)).first()
    if row is None:
        raise NotFound()
    if row.uploaded_by == desk.person.id:
        return row
    case = case_row(desk.conn, row.case_id) if row.case_id else None
    if case is None:
        raise NotFound()
    owner = load_version(desk.conn, case.version_id).owner
    if not case_relations(desk.conn, desk.person, case, owner, open_tasks_of(desk.conn, case.id)):
        raise NotFound()
    return row
