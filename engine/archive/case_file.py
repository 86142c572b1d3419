"""The archive package of a whole case: pages that any browser opens, data, files, the log and what verifies it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from engine.archive import verify
from engine.archive.overview import overview, revision
from engine.archive.package import Attachment, Writer, as_hashed, as_json, keep, plain_name, without_fields
from engine.blobs import BlobStore


class CaseFile(NamedTuple):
    """A case as plain data, times as ISO text."""

    facts: dict[str, Any]
    contents: Sequence[Mapping[str, Any]]  # no, sha256, fields, author, made_at, shown (label, lines, files)
    files: Sequence[Mapping[str, Any]]  # name, sha256, size, type
    opinions: Sequence[Mapping[str, Any]]
    timeline: Sequence[Mapping[str, str]]
    comments: Sequence[Mapping[str, Any]]
    copies: Sequence[Mapping[str, Any]]
    incidents: Sequence[Mapping[str, Any]]
    publications: Sequence[Mapping[str, Any]]
    drawings: Mapping[str, str]  # diagram -> SVG
    documents: Mapping[str, str]
    trail: Sequence[Mapping[str, Any]]

    @property
    def head(self) -> tuple[int, str]:
        """The place and the hash of the last line of the trail."""
        return self.facts["trail_seq"], self.facts["trail_hash"]


def build_case_package(folder: Path, case: CaseFile, attachments: Iterable[Attachment]) -> Path:
    """The package's path below `folder`; the same case gives the same bytes."""
    return keep(folder, lambda writer: _fill(writer, case, sorted(set(attachments))))


def pack(folder: Path, blobs: BlobStore, case: CaseFile) -> Path:
    """The same with the files of the case as they lie in the house; NotFound when one is missing."""
    files = [Attachment(one["name"], one["sha256"], blobs.path(one["sha256"])) for one in case.files]
    return build_case_package(folder, case, files)


def _fill(writer: Writer, case: CaseFile, attachments: Sequence[Attachment]) -> None:
    places = {one: f"files/{one.sha256[:12]}-{plain_name(one.name)}" for one in attachments}
    by_hash = {one.sha256: place for one, place in places.items()}
    writer.add("index.html", overview(case._asdict(), list(places.items())).encode())
    for content in case.contents:
        writer.add(f"content/{content['no']}.json", as_hashed(content["fields"]))
        writer.add(f"content/{content['no']}.html", revision(case.facts, content, by_hash).encode())
    for attachment, place in places.items():
        if place not in writer.files:
            with attachment.path.open("rb") as stream:
                writer.add(place, stream)
    for name, svg in sorted(case.drawings.items()):
        writer.add(f"procedure/{plain_name(name)}.svg", svg.encode())
    for name, text in sorted(case.documents.items()):
        writer.add(f"procedure/{plain_name(name)}", text.encode())
    told = ("facts", "opinions", "comments", "copies", "incidents", "publications")
    told_of = [without_fields(one) for one in case.contents]
    writer.add("case.json", as_json({key: getattr(case, key) for key in told} | {"contents": told_of}))
    writer.add("trail.json", as_json(case.trail))
    writer.add("verify.py", Path(verify.__file__).read_bytes())
    writer.add("manifest.json", as_json({"case": case.facts["number"], "files": dict(writer.files)}))
