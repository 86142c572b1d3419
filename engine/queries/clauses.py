"""The clause behind a rule, for the hint under a field."""

from datetime import datetime
from functools import lru_cache

from engine.errors import NotFound
from engine.numbers import OFFICE_ZONE
from engine.rules.figures import CHANNELS, Scope, figures


@lru_cache(maxsize=200)
def clause_of(rule: str) -> str:
    """`《公司微博、微信管理办法》第十条(2)` for C-T1; empty for a rule that no channel has."""
    today = datetime.now(OFFICE_ZONE).date()
    for path in sorted(CHANNELS.glob("*.json"), reverse=True):
        try:
            found = next((figure for figure in figures(Scope(path.stem), today) if figure.rule == rule), None)
        except NotFound:
            continue
        if found is not None:
            return f"《{found.clause.title}》{found.clause.article}"
    return ""
