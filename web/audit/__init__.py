"""审计: auditors, heads of units and process owners see what happened, prove it, and see where it hurts."""

from web.audit import (
    cases,
    conformance,
    exports,
    figures,
    find,
    heat,
    keeping,
    log,
    reads,
    repairs,
    report,
    rights,
)
from web.audit.blueprint import bp

__all__ = [
    "bp",
    "cases",
    "conformance",
    "exports",
    "figures",
    "find",
    "heat",
    "keeping",
    "log",
    "reads",
    "repairs",
    "report",
    "rights",
]
