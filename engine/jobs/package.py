"""The job `build_package`: gather what belongs to a publication, build its package, enter its SHA-256."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

import models
from engine import archive
from engine.connectors.errors import TransportError
from engine.jobs.worker import Finish, Job, Place
from models import cases, channels, contents, people, publications, trail, units, uploads, versions


def _but(table: sa.Table, *names: str) -> list[sa.Column[Any]]:
    return [column for column in table.c if column.name not in names]


_PUBLICATION = (
    sa.select(
        *_but(publications, "id", "published_by", "package_sha256"),
        cases.c.number.label("case_number"),
        channels.c.code.label("channel"),
        channels.c.name.label("channel_name"),
        units.c.name.label("unit_name"),
        people.c.name.label("published_by"),
        publications.c.published_by.label("publisher_id"),
    )
    .join_from(publications, cases, cases.c.id == publications.c.case_id)
    .join(channels, channels.c.id == publications.c.channel_id)
    .join(units, units.c.id == publications.c.unit_id)
    .join(people, people.c.id == publications.c.published_by)
)
_CONTENTS = sa.select(*_but(contents, "id", "case_id")).order_by(contents.c.no)
_UPLOADS = sa.select(uploads.c.name, uploads.c.sha256).order_by(uploads.c.id)
_TRAIL = sa.select(*_but(trail, "id", "previous")).order_by(trail.c.seq)
_DOCUMENTS = sa.select(versions.c.documents).join_from(cases, versions, versions.c.id == cases.c.version_id)


def build_package(place: Place, job: Job) -> Finish:
    """The payload is `{"publication": n}`."""
    number = job.payload["publication"]
    with models.reading(place.engine) as conn:
        publication = conn.execute(_PUBLICATION.where(publications.c.id == number)).one_or_none()
        if publication is None:
            raise TransportError(f"there is no publication {number}", permanent=True)
        case_id, until = publication.case_id, publication.archived_at
        revisions = conn.execute(_CONTENTS.where(contents.c.case_id == case_id, contents.c.made_at <= until)).all()
        files = conn.execute(_UPLOADS.where(uploads.c.case_id == case_id)).all()
        # Nothing later than the archiving: whenever the package is built, it is the same.
        said = conn.execute(_TRAIL.where(trail.c.chain == case_id, trail.c.at <= until)).all()
        documents = conn.execute(_DOCUMENTS.where(cases.c.id == case_id)).scalar_one()
    path = archive.build_package(
        place.office.data / "packages",
        _plain(publication),
        [_plain(revision) for revision in revisions],
        [archive.Attachment(file.name, file.sha256, place.office.blobs.path(file.sha256)) for file in files],
        [_plain(row) for row in said],
        documents,
    )

    def enter(conn: sa.Connection) -> None:
        mine = publications.c.id == number
        conn.execute(sa.update(publications).where(mine).values(package_sha256=path.stem))

    return enter


def _plain(row: Any) -> dict[str, Any]:
    """The row as JSON has it, times as the trail hashes them."""
    return {f"{key}": _text(value) if isinstance(value, datetime) else value for key, value in row._mapping.items()}


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
