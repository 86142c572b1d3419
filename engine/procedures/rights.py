"""Who may edit, release and see a procedure: what its manifest says, else its owner and the owners of procedures."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.people import Person
from engine.policy import HOUSE_TABLE, may_in_house
from engine.procedures.version import may_start, starter_posts
from engine.units import line

# Right -> the key of procedure.json that lists the posts which have it, written as the starters are.
LISTS = {"edit": "editors", "release": "releasers", "see": "viewers"}
Above = Mapping[int, int | None]


def may(person: Person, right: str, manifest: Mapping[str, Any] | None, above: Above) -> bool:
    """Whether the person has the right on the released version, whose manifest was compiled; None: there is none yet.

    Where it names nobody: the owner edits, every owner of procedures releases, everybody sees. An administrator may
    all three; nobody stands in for another here.
    """
    if "administrator" in person.roles:
        return True
    named = (manifest or {}).get("posts", {}).get(right)
    if named is not None:
        return _holds(person, named, above)
    if right == "see":
        return True
    if right == "release" or manifest is None:
        return may_in_house(person.roles, "publish")
    return any(one.name == manifest["owner_principal"] and one.for_id == person.id for one in person.principals)


def sees(person: Person, manifest: Mapping[str, Any], above: Above) -> bool:
    """Whether a post of this person lets see the released version: whoever may do anything with it does.

    Whoever takes part in one of its cases sees it as well; the queries ask that.
    """
    if may(person, "see", manifest, above) or may_in_house(person.roles, "see_procedures"):
        return True
    return may_start(person, manifest, above) or any(
        may(person, right, manifest, above) for right in ("edit", "release")
    )


def releasing_posts(manifest: Mapping[str, Any] | None) -> list[tuple[str, int | None]]:
    """The posts that release the procedure, each with the unit at or below which it is held; None: anywhere."""
    named = (manifest or {}).get("posts", {}).get("release")
    if named is None:
        return [(role, None) for role in sorted(HOUSE_TABLE["publish"])]
    return [(role, unit) for role, unit in named]


def working_posts(manifest: Mapping[str, Any]) -> set[tuple[str, int | None]]:
    """The posts that start, edit, release or own the procedure, each with the unit at or below which it is held."""
    edits = manifest.get("posts", {}).get("edit") or ()
    _, owner, unit = manifest["owner_principal"].split(":")
    owns = (owner, None if unit == "*" else int(unit))
    return {owns, *starter_posts(manifest), *releasing_posts(manifest), *((role, top) for role, top in edits)}


def sees_cases(person: Person, owner: str | None) -> bool:
    """Whether all cases of a procedure are open to the person: its owner, an administrator."""
    owns = any(one.name == owner and one.for_id == person.id for one in person.principals)
    return owns or may_in_house(person.roles, "see_everything")


def _holds(person: Person, named: Iterable[Any], above: Above) -> bool:
    """Whether a post of one's own is one of those named, at the unit named or below it."""
    return any(
        role == asked and (top is None or top in line(unit, above))
        for asked, top in named
        for role, unit in person.posts
    )
