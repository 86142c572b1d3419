"""The registers: what was published, which accounts and platforms there are, who is designated, filed, lent, listed.

Each is asked alike, by its list and by one entry, so that pages and the API read all of them through one door.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from engine.queries.registers.accounts import account, account_list, platform_list
from engine.queries.registers.common import Asked, Rows, gone_lines
from engine.queries.registers.lendings import lending, lending_list
from engine.queries.registers.others import (
    designation,
    designation_list,
    filing,
    filing_list,
    material,
    material_list,
)
from engine.queries.registers.own import handover_list, incident_list
from engine.queries.registers.publications import publication, publication_list, published_package, takes_package


class Register(NamedTuple):
    """How one register is read; `shows` are the words by which its lines are sifted."""

    list: Callable[..., Rows]
    entry: Callable[..., dict[str, Any]]
    shows: tuple[str, ...] = ()
    dated: bool = False  # it can be shown as it was on a past day


REGISTERS = {
    "publications": Register(publication_list, publication, ("published", "taken_down", "replaced"), dated=True),
    "accounts": Register(account_list, account, ("active", "suspended", "closed", "soon", "overdue"), dated=True),
    "platforms": Register(platform_list, account, ("registered", "active", "suspended", "closed"), dated=True),
    "designations": Register(designation_list, designation, ("active", "soon", "ended"), dated=True),
    "filings": Register(filing_list, filing),
    "lendings": Register(lending_list, lending, ("out", "soon", "overdue", "returned"), dated=True),
    "materials": Register(material_list, material, ("listed", "soon", "over")),
}

__all__ = [
    "REGISTERS",
    "Asked",
    "Register",
    "gone_lines",
    "handover_list",
    "incident_list",
    "publication",
    "published_package",
    "takes_package",
]
