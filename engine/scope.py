"""What somebody may look over without taking part: an auditor's units, a head's unit, an owner's procedures."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.errors import NotAllowed
from engine.people import AUDITOR, HEAD, Person
from engine.policy import may_in_house
from engine.text import Text
from engine.units import line, parents
from models import accounts, cases, procedures, versions

LOOKS_OVER_NOTHING = Text(
    "审计只对审计员、单位负责人、流程负责人和管理员开放;需要查看,请管理员授予岗位。",
    "The audit is for auditors, heads of units, process owners and administrators; an administrator gives the post.",
)
KEEPERS = Text(
    "归档包由流程负责人或管理员制作。", "The owner of a procedure or an administrator makes archive packages."
)
_OWNERS = sa.select(procedures.c.id, versions.c.manifest["owner_principal"].as_string()).join(
    versions, versions.c.id == procedures.c.version_id
)


class Scope(NamedTuple):
    """Cases of applicants of these units, and cases of these procedures, both by number; or all there are."""

    everything: bool = False
    units: frozenset[int] = frozenset()
    procedures: frozenset[int] = frozenset()

    @property
    def nothing(self) -> bool:
        return not (self.everything or self.units or self.procedures)

    def has(self, unit_id: int, procedure_id: int) -> bool:
        """Whether a case of this procedure, of an applicant of this unit, lies within."""
        return self.everything or unit_id in self.units or procedure_id in self.procedures

    def holds(self, facts: Mapping[str, Any]) -> bool:
        """Whether another scope, as `facts` tells it, lies within."""
        if self.everything or facts["everything"]:
            return self.everything
        return self.units.issuperset(facts["units"]) and self.procedures.issuperset(facts["procedures"])

    def facts(self) -> dict[str, Any]:
        """As it is kept."""
        named = {"units": sorted(self.units), "procedures": sorted(self.procedures)}
        return {"everything": self.everything, **named}

    def condition(self) -> sa.ColumnElement[bool]:
        """The same for a statement that has `cases`."""
        if self.everything:
            return sa.true()
        return sa.or_(cases.c.applicant_unit_id.in_(self.units), cases.c.procedure_id.in_(self.procedures))

    def of_accounts(self) -> sa.ColumnElement[bool]:
        """The same for a statement that has `accounts`: those of these units, and those these procedures closed."""
        if self.everything:
            return sa.true()
        closed = sa.select(versions.c.id).where(versions.c.procedure_id.in_(self.procedures))
        return sa.or_(accounts.c.unit_id.in_(self.units), sa.func.coalesce(accounts.c.version_id, 0).in_(closed))


def audit_scope(conn: sa.Connection, person: Person) -> Scope:
    """What a person's own posts let them look over; two statements at most.

    An auditor and the head of a unit have the unit of the post and all below it, the owner of a procedure its cases, an
    administrator everything. A stand-in looks over nothing of the absent.
    """
    if "administrator" in person.roles:
        return Scope(everything=True)
    tops = person.units_as(AUDITOR) | person.units_as(HEAD)
    units = frozenset[int]()
    if tops:
        above = parents(conn)
        units = frozenset(unit for unit in above if not tops.isdisjoint(line(unit, above)))
    own = {one.name for one in person.principals if one.for_id == person.id and one.name.startswith("r:")}
    owned = conn.execute(_OWNERS).all() if own else []
    return Scope(units=units, procedures=frozenset(procedure for procedure, owner in owned if owner in own))


def check_scope(conn: sa.Connection, person: Person) -> Scope:
    """The scope of who has one; NotAllowed for everybody else."""
    scope = audit_scope(conn, person)
    if scope.nothing:
        raise NotAllowed(LOOKS_OVER_NOTHING)
    return scope


def answerable(conn: sa.Connection, person: Person, verb: str, refusal: Text | None = None) -> Scope:
    """Where somebody may do what is not only looking over: everywhere by the table of the house, else in procedures
    of one's own. NotAllowed for everybody else, auditors and heads of units too."""
    scope = check_scope(conn, person)
    scope = Scope(everything=True) if may_in_house(person.roles, verb) else Scope(procedures=scope.procedures)
    if scope.nothing:
        raise NotAllowed(refusal)
    return scope


def whole_files(conn: sa.Connection, person: Person) -> Scope:
    """Whose whole files a person may take along: an owner's procedures, an administrator's whole house."""
    return answerable(conn, person, "see_everything", KEEPERS)
