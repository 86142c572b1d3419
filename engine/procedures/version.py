"""One published version of a procedure: immutable, so each process keeps the ones it used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from engine.errors import NotFound
from engine.kernel import Specification, specification
from engine.people import Person
from engine.procedures.forms import Form, questions
from engine.procedures.forms.limits import parse
from engine.rules.figures import RuleFigure, read
from engine.text import Text
from engine.units import line
from models import procedures, specifications, versions

_KEPT = 500
EXCEPTION = "exception_reason"
_versions: WeakKeyDictionary[sa.Engine, "dict[int, Version]"] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Version:
    """What a case runs on."""

    id: int
    procedure_id: int
    slug: str
    no: int
    title: Text
    manifest: dict[str, Any]
    form_schemas: dict[str, Any]
    documents: dict[str, str]
    specification: Specification

    @cached_property
    def _forms(self) -> dict[str, Form]:
        return {}

    def form(self, key: str | None) -> Form | None:
        """The form of that key, prepared once."""
        if not key or key not in self.form_schemas:
            return None
        if key not in self._forms:
            self._forms[key] = Form(self.form_schemas[key], key)
        return self._forms[key]

    def form_at(self, properties: Mapping[str, str]) -> Form | None:
        """The form of a step as the step may use it: its property `fields` keeps questions from it."""
        key, limits = properties.get("form"), properties.get("fields")
        if not limits or not key or key not in self.form_schemas:
            return self.form(key)
        name = f"{key} {limits}"
        if name not in self._forms:
            self._forms[name] = Form(self.form_schemas[key], key, parse(limits))
        return self._forms[name]

    @cached_property
    def rules(self) -> tuple[RuleFigure, ...]:
        """The procedure's own figures."""
        return read(self.manifest.get("rules", ()))

    @cached_property
    def excepts(self) -> bool:
        """Whether an exception from a rule may be asked for: the form takes the reason, the diagram checks it."""
        form = self.form(self.manifest.get("content", {}).get("form"))
        asked = form is not None and any(field.key == EXCEPTION for field in questions(form.fields))
        return asked and self.manifest.get("checks_approval", False) is True

    @property
    def who(self) -> dict[str, dict[str, Any]]:
        """Step id -> compiled assignment."""
        compiled: dict[str, dict[str, Any]] = self.manifest["who"]
        return compiled

    def properties(self, step: str) -> dict[str, str]:
        """What the diagram says of a human step, with what its lane says."""
        found: dict[str, str] = self.manifest["properties"].get(step, {})
        return found

    @property
    def before_decision(self) -> frozenset[str]:
        """The steps behind which a decision still lies, see engine.procedures.ahead."""
        return frozenset(self.manifest.get("before_decision", ()))

    def step_name(self, step: str) -> str:
        """The name drawn on a step."""
        name: str = self.manifest["steps"].get(step, step)
        return name

    def step_text(self, step: str) -> Text:
        """The name drawn on a step, and its English one where the diagram carries it."""
        name = self.step_name(step)
        return Text(name, self.manifest["properties"].get(step, {}).get("en") or name)

    @property
    def owner(self) -> str:
        """The principal of the procedure's owner."""
        principal: str = self.manifest["owner_principal"]
        return principal

    def clauses_of(self, step: str) -> list[dict[str, Any]]:
        """The clauses a step follows, as written in procedure.json."""
        return [clause for clause in self.manifest.get("clauses", []) if step in clause.get("steps", [])]


def load_version(conn: sa.Connection, version_id: int) -> Version:
    """The version, from this process's memory when it was used before."""
    kept = _versions.setdefault(conn.engine, {})
    if version_id not in kept:
        if len(kept) >= _KEPT:
            kept.clear()
        kept[version_id] = _read(conn, version_id)
    return kept[version_id]


def _read(conn: sa.Connection, version_id: int) -> Version:
    row = conn.execute(
        sa.select(versions, procedures.c.slug, specifications.c.body)
        .join(procedures, procedures.c.id == versions.c.procedure_id)
        .join(specifications, specifications.c.sha256 == versions.c.specification_sha256)
        .where(versions.c.id == version_id)
    ).first()
    if row is None:
        raise NotFound()
    return Version(
        id=row.id,
        procedure_id=row.procedure_id,
        slug=row.slug,
        no=row.no,
        title=Text(row.manifest["title"]["zh"], row.manifest["title"]["en"]),
        manifest=row.manifest,
        form_schemas=row.forms,
        documents=row.documents,
        specification=specification(row.body),
    )


def current_version(conn: sa.Connection, slug: str) -> Version:
    """The version new cases start with; NotFound when the procedure has none."""
    version_id = conn.execute(sa.select(procedures.c.version_id).where(procedures.c.slug == slug)).scalar()
    if version_id is None:
        raise NotFound()
    return load_version(conn, version_id)


def may_start(person: Person, manifest: Mapping[str, Any], above: Mapping[int, int | None]) -> bool:
    """Whether a post held lets start the procedure, at the unit named or below it; `above` is the tree of units."""
    return posts_start(person.posts, manifest, above)


def posts_start(posts: Iterable[tuple[str, int]], manifest: Mapping[str, Any], above: Mapping[int, int | None]) -> bool:
    """The same for posts by role and unit."""
    held = list(posts)
    return any(
        role == asked and (top is None or top in line(unit, above))
        for asked, top in starter_posts(manifest)
        for role, unit in held
    )


def starter_posts(manifest: Mapping[str, Any]) -> list[tuple[str, int | None]]:
    """The roles that let start a procedure, each with the unit at or below which it is held."""
    if "starter_posts" in manifest:
        return [(role, unit) for role, unit in manifest["starter_posts"]]
    return [(role, None) for role in manifest["starter_roles"]]  # published by an earlier release
