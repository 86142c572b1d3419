"""A package becomes the next version of its procedure, with everything looked up that its cases need."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.desk import Desk
from engine.kernel import Specification, specify
from engine.kernel.document import Document
from engine.people import role_principal
from engine.procedures.ahead import before_decision, checks_approval
from engine.procedures.assignment import BadAssignment, compile_who, parse_who
from engine.procedures.package import Package
from engine.procedures.rights import LISTS
from engine.procedures.signing import named_together
from engine.trail import Entry, house
from models import procedures, roles, specifications, units, versions


@dataclass(frozen=True)
class Published:
    slug: str
    no: int
    version_id: int
    changed: bool


def keep_version(desk: Desk, package: Package, effective_at: datetime | None = None) -> Published:
    """The package, found fit, as the next version: the one new cases start with, at once or from a moment to come."""
    documents = {name: Document.read(text) for name, text in package.documents.items()}
    specification = specify(documents, package.process, package.tables)
    manifest = _manifest(desk.conn, package, documents.values())
    digest = digest_of(package)
    changed = _rights_and_rules(desk.conn, package.slug, manifest)
    version_id, no = _keep(desk, package, digest, specification, manifest, effective_at)
    facts = {"slug": package.slug, "no": no, "sha256": digest, **changed}
    if effective_at:
        facts["effective_at"] = effective_at.isoformat()
    house(desk.conn, [Entry("publish", facts=facts, actor_id=desk.actor.id if desk.actor else None)], desk.now)
    return Published(package.slug, no, version_id, True)


# What a version changes beside its diagram, and whoever looks after the house wants to see at once.
ON_RECORD = ("owner", "starters", "editors", "releasers", "viewers", "rules", "retention_years", "keep_years")


def _rights_and_rules(conn: sa.Connection, slug: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """Rights, figures of rules and how long things are kept, before and after, where the version changes them."""
    last = sa.select(versions.c.manifest).join(procedures, procedures.c.id == versions.c.procedure_id)
    before = conn.execute(last.where(procedures.c.slug == slug).order_by(versions.c.no.desc()).limit(1)).scalar()
    if before is None:
        return {}
    different = [name for name in ON_RECORD if before.get(name) != manifest.get(name)]
    sides = {"before": before, "after": manifest}
    return {side: {name: said.get(name) for name in different} for side, said in sides.items()} if different else {}


def digest_of(package: Package) -> str:
    whole = [
        package.manifest,
        package.forms,
        {name: sha256(document).hexdigest() for name, document in package.documents.items()},
        package.process,
        *([package.sheet] if package.sheet is not None else []),
        *([{name: sha256(table).hexdigest() for name, table in package.tables.items()}] if package.tables else []),
    ]
    return sha256(orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)).hexdigest()


class Directory:
    """The company's roles and units by every name they go by."""

    def __init__(self, conn: sa.Connection):
        found = conn.execute(sa.select(roles)).all()
        self.roles = {row.id: row.id for row in found} | {row.zh: row.id for row in found}
        self.units: dict[str, int] = {}
        for row in conn.execute(sa.select(units)).all():
            self.units |= dict.fromkeys((row.code, row.name, *row.aliases), row.id)

    def role(self, name: str) -> str | None:
        return self.roles.get(name)

    def unit(self, name: str) -> int | None:
        return self.units.get(name)


def _manifest(conn: sa.Connection, package: Package, documents: Iterable[Document]) -> dict[str, Any]:
    """procedure.json with everything looked up that a case needs while it runs."""
    directory = Directory(conn)
    processes = [process for document in documents for process in document.processes]
    nodes = [node for process in processes for node in process.nodes]
    human = [node for node in nodes if node.human]
    owner = package.manifest["owner"]
    own = {key: value for key, value in package.manifest.items() if key not in ("sheet", "starter_roles")}
    manifest = own | {"clauses": package.clauses, "parts": package.called}
    manifest["who"] = {
        node.id: compile_who(parse_who(who), directory.role, directory.unit)
        for node in human
        if (who := node.properties.get("who"))
    }
    manifest["signers"] = {
        who: compile_who(parse_who(who), directory.role, directory.unit)
        for node in human
        for who in named_together(node.properties)
    }
    manifest["properties"] = {node.id: node.properties for node in human}
    manifest["before_decision"] = sorted(before_decision(processes))
    manifest["checks_approval"] = checks_approval(processes)
    manifest["lanes"] = {node.id: node.lane for node in human}
    manifest["steps"] = {node.id: node.name or node.id for node in nodes}
    manifest["owner_principal"] = role_principal(
        _required(directory.role(owner["role"]), owner["role"]), _required(directory.unit(owner["unit"]), owner["unit"])
    )
    if draft_field := _draft_field(package):
        manifest["draft_field"] = draft_field
    if package.sheet is not None:
        manifest["sheet"] = package.sheet
    manifest["starter_posts"] = list(_starters(manifest.get("starters", []), directory))
    manifest["posts"] = {
        right: list(_starters(manifest[key], directory)) for right, key in LISTS.items() if manifest.get(key)
    }
    return manifest


def _draft_field(package: Package) -> str | None:
    """The question by which an applicant names the draft of a procedure that a case is about."""
    asked = package.forms.get(package.manifest.get("content", {}).get("form", ""), {}).get("components", [])
    return next((one["key"] for one in asked if one.get("properties", {}).get("draft")), None)


def _required(found: Any, name: str) -> Any:
    if found is None:
        raise BadAssignment(who=name)
    return found


def _starters(rules: Iterable[str], directory: Directory) -> Iterator[tuple[str, int | None]]:
    """The posts that let start a procedure: a role and, where one is named, the unit at or below which it is held."""
    for rule in rules:
        who = parse_who(rule)
        if who.kind != "role":
            raise BadAssignment(who=rule)
        role = _required(directory.role(who.name), who.name)
        yield role, _required(directory.unit(who.unit), who.unit) if who.unit else None


def _keep(
    desk: Desk,
    package: Package,
    digest: str,
    specification: Specification,
    manifest: Mapping[str, Any],
    effective_at: datetime | None,
) -> tuple[int, int]:
    conn = desk.conn
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    conn.execute(
        insert(specifications)
        .values(sha256=specification.sha256, body=specification.text)
        .on_conflict_do_nothing(index_elements=["sha256"])
    )
    title = package.manifest["title"]
    row = {"slug": package.slug, "family": package.folder.parent.name, "title_zh": title["zh"], "title_en": title["en"]}
    procedure_id = conn.execute(
        insert(procedures)
        .values(row)
        .on_conflict_do_update(index_elements=["slug"], set_={"slug": package.slug})
        .returning(procedures.c.id)
    ).scalar_one()
    last = conn.execute(sa.select(sa.func.max(versions.c.no)).where(versions.c.procedure_id == procedure_id)).scalar()
    no = (last or 0) + 1
    version_id = conn.execute(
        versions.insert().returning(versions.c.id),
        {
            "procedure_id": procedure_id,
            "no": no,
            "sha256": digest,
            "specification_sha256": specification.sha256,
            "manifest": manifest,
            "forms": package.forms,
            "documents": {name: text.decode() for name, text in package.documents.items()},
            "files": package.files or None,
            "published_at": desk.now,
            "published_by": desk.actor.id if desk.actor else None,
            "effective_at": effective_at,
        },
    ).scalar_one()
    if effective_at is None:
        conn.execute(
            procedures.update().where(procedures.c.id == procedure_id).values(row | {"version_id": version_id})
        )
    return version_id, no
