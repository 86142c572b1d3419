"""The procedures of the house: what each is for, the clauses it follows, what in it is ours, and who may start it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from engine.errors import NotFound
from engine.people import Person
from engine.procedures.forms import Form
from engine.procedures.outlook import Following, following, nodes_of
from engine.procedures.rights import may, sees
from engine.procedures.version import Version, current_version, may_start, starter_posts
from engine.queries.names import Names, Unit, names
from engine.queries.seen import case_seen
from engine.text import Text
from engine.units import parents
from models import cases, drafts, procedures, versions

NOT_YOURS = Text(
    "您的岗位不能发起「{title}」;由谁发起,见流程目录里的「全部流程」。",
    "Your posts do not let you start “{title}”; the catalogue says under “All procedures” who may.",
)


@dataclass(frozen=True)
class Default:
    """What is ours and in no document; `steps` are those that exist for its sake."""

    text: Text
    steps: tuple[str, ...] = ()
    part: str = ""


@dataclass(frozen=True)
class Warned:
    """Why one should look twice, and the clause behind it."""

    text: Text
    clause: str


@dataclass(frozen=True)
class Entry:
    """One procedure of the catalogue; `clauses` are its own, not those of the parts it calls.

    `family` is the folder it lies in, `organisation` the code of a topmost unit, `starters` the rules as drawn,
    `steps` the names of its steps, `rights` what the released version says on who may see it, `words` everything it
    can be found by.
    """

    slug: str
    procedure_id: int
    version_id: int
    family: str
    title: Text
    summary: Text
    organisation: str
    clauses: tuple[dict[str, Any], ...]
    defaults: tuple[Default, ...]
    warned: Warned | None
    starters: tuple[str, ...]
    starter_posts: tuple[tuple[str, int | None], ...]
    steps: dict[str, Text]
    rights: Mapping[str, Any]
    words: str
    may_start: bool = False
    may_design: bool = False  # edit or release it

    @property
    def regulations(self) -> dict[str, str]:
        """The title of each regulation it follows by its id, in the order of its clauses."""
        return {clause["regulation"]: clause["title"] for clause in self.clauses}


@dataclass(frozen=True)
class Catalogue:
    """Every procedure, and the words of the house they speak of."""

    entries: list[Entry]
    names: Names
    home: Unit | None  # the organisation of who asks


@dataclass(frozen=True)
class Procedure:
    """One procedure with the version that new cases run on."""

    entry: Entry
    version: Version


@dataclass(frozen=True)
class StartView:
    """What the start page shows: the form of the first step and what was typed before."""

    entry: Entry
    version: Version
    step: str | None
    form: Form | None
    draft: dict[str, Any]
    ahead: list[Following]


_kept: WeakKeyDictionary[sa.Engine, dict[int, Entry]] = WeakKeyDictionary()


def catalogue(conn: sa.Connection, person: Person) -> Catalogue:
    """Every published procedure that the person may see, by family and slug, and what of it the person may start.

    Three statements however many there are, and one more when this process has not read all of them yet.
    """
    house = names(conn)
    found = _seen(conn, person, _released(conn), house.above)
    return Catalogue([_for(one, person, house) for one in found], house, house.organisation(person.unit_id))


def entries(conn: sa.Connection, person: Person) -> list[Entry]:
    """Every published procedure that the person may see, by family and slug; one statement, where none is reserved."""
    found = _released(conn)
    return _seen(conn, person, found, parents(conn)) if any(map(_is_reserved, found)) else found


def _is_reserved(entry: Entry) -> bool:
    return "see" in entry.rights["posts"]


def _seen(conn: sa.Connection, person: Person, found: list[Entry], above: Mapping[int, int | None]) -> list[Entry]:
    """Without what is reserved for others; one statement for all that may be seen by taking part alone."""
    hidden = {one.procedure_id for one in found if _is_reserved(one) and not sees(person, one.rights, above)}
    if hidden:
        owner = versions.c.manifest["owner_principal"].as_string()
        mine = cases.c.procedure_id.in_(hidden), case_seen(person, owner)
        taking_part = sa.select(cases.c.procedure_id).distinct().join(versions, versions.c.id == cases.c.version_id)
        hidden -= set(conn.scalars(taking_part.where(*mine)))
    return [one for one in found if one.procedure_id not in hidden]


def _released(conn: sa.Connection) -> list[Entry]:
    rows = conn.execute(
        sa.select(procedures.c.version_id)
        .where(procedures.c.version_id.is_not(None))
        .order_by(procedures.c.family, procedures.c.slug)
    ).all()
    found = _entries(conn, [row.version_id for row in rows])
    return [found[row.version_id] for row in rows]


def procedure(conn: sa.Connection, person: Person, slug: str) -> Procedure:
    """One procedure; NotFound when there is none, or when it is reserved for others."""
    version, house = current_version(conn, slug), names(conn)
    found = _seen(conn, person, [_entries(conn, [version.id])[version.id]], house.above)
    if not found:
        raise NotFound()
    return Procedure(_for(found[0], person, house), version)


def _for(entry: Entry, person: Person, house: Names) -> Entry:
    starts = may_start(person, entry.rights, house.above)
    designs = any(may(person, right, entry.rights, house.above) for right in ("edit", "release"))
    return replace(entry, may_start=starts, may_design=designs)


def _entries(conn: sa.Connection, ids: Iterable[int]) -> dict[int, Entry]:
    """Entries by version; a version never changes, so each is read once."""
    kept = _kept.setdefault(conn.engine, {})
    wanted = set(ids)
    if missing := wanted - kept.keys():
        for gone in kept.keys() - wanted if len(kept) > 2 * len(wanted) + 100 else ():
            del kept[gone]
        rows = conn.execute(
            sa.select(versions.c.id, versions.c.procedure_id, versions.c.manifest, procedures.c.family)
            .join(procedures, procedures.c.id == versions.c.procedure_id)
            .where(versions.c.id.in_(missing))
        )
        kept |= {row.id: _entry(row) for row in rows}
    return kept


def _entry(row: Any) -> Entry:
    manifest: Mapping[str, Any] = row.manifest
    clauses = tuple(clause for clause in manifest.get("clauses", []) if "part" not in clause)
    title, summary = _text(manifest["title"]), _text(manifest["summary"])
    warned = manifest.get("audit_and_publish")
    searched = [manifest["slug"], *title, *summary]
    for clause in clauses:
        searched += [clause[name] for name in ("regulation", "title", "article", "quote")]
    return Entry(
        slug=manifest["slug"],
        procedure_id=row.procedure_id,
        version_id=row.id,
        family=row.family,
        title=title,
        summary=summary,
        organisation=manifest.get("organisation", ""),
        clauses=clauses,
        defaults=tuple(defaults(manifest)),
        warned=Warned(_text(warned), warned["clause"]) if warned else None,
        starters=tuple(manifest.get("starters", [])),
        starter_posts=tuple(starter_posts(manifest)),
        steps=step_names(manifest),
        rights={
            "posts": manifest.get("posts", {}),
            "owner_principal": manifest["owner_principal"],
            "starter_posts": starter_posts(manifest),
        },
        words="\n".join(searched).casefold(),
    )


def _text(told: Mapping[str, str]) -> Text:
    return Text(told["zh"], told["en"])


def defaults(manifest: Mapping[str, Any]) -> Iterable[Default]:
    """What is ours in a procedure, then in the parts it calls."""
    parts = [(part["process"], part["defaults"]) for part in manifest.get("parts", [])]
    for process, told in [("", manifest.get("defaults", [])), *parts]:
        for one in told:
            yield Default(_text(one), tuple(one.get("steps", ())), process)


def step_names(manifest: Mapping[str, Any]) -> dict[str, Text]:
    """The names drawn on the steps, with the English ones that the diagram carries."""
    told = manifest.get("properties", {})
    return {step: Text(name, told.get(step, {}).get("en") or name) for step, name in manifest["steps"].items()}


def first_step(version: Version) -> str | None:
    """The applicant's own first step, which starting completes; None when the diagram begins otherwise."""
    nodes = nodes_of(version)
    main = version.specification.process_id
    for node in nodes.values():
        if node.kind == "startEvent" and node.process == main and node.scope == main:
            for one in following(version, node.id):
                if version.properties(one.step).get("kind") == "submit":
                    return one.step
    return None


def start_view(conn: sa.Connection, person: Person, slug: str) -> StartView:
    """The form to start a procedure with; NotFound for who may not start it."""
    found = procedure(conn, person, slug)
    if not found.entry.may_start:
        raise NotFound(NOT_YOURS, title=found.entry.title)
    version = found.version
    step = first_step(version)
    draft = conn.execute(
        sa.select(drafts.c.answers).where(drafts.c.person_id == person.id, drafts.c.place == f"start:{slug}")
    ).scalar()
    form = version.form_at(version.properties(step)) if step else None
    return StartView(found.entry, version, step, form, draft or {}, following(version, step) if step else [])


def drawing(version: Version, name: str | None) -> str:
    """One drawing of a version by its file name, its own when none is named; NotFound otherwise."""
    if name is None:
        return next(iter(version.documents.values()))
    if name not in version.documents:
        raise NotFound()
    return version.documents[name]
