"""Who acts, in words: an assignment of a diagram with the house's own names."""

from collections.abc import Callable

from engine.kernel.ballot import words
from engine.procedures.assignment import ORGANISATION, BadAssignment, parse_who
from engine.queries.names import Names
from engine.text import Text

APPLICANT = Text("申请人", "the applicant")
HEAD = Text("申请人所在单位负责人", "head of the applicant’s unit")
HEAD_OF = Text("{unit}负责人", "head of {unit}")
SUPERIOR = Text("上一级单位负责人", "head of the unit above")
SUPERIOR_OF = Text("{unit}的上一级单位负责人", "head of the unit above {unit}")
SUPERIORS = Text("逐级上级单位负责人", "heads of all units above, one after the other")
ROLE_AT = Text("{unit}的{role}", "{role} of {unit}")
OWN_UNIT = Text("申请人所在单位", "the applicant’s unit")
OWN_ORGANISATION = Text("申请人所在机构", "the applicant’s organisation")
CHOSEN = Text("表单中指定的人", "the person named in the form")
ACTOR = Text("办理过「{step}」的人", "who did “{step}”")
OPERATOR = Text("渠道运营人", "operators of the channel")
OUTWARD = {"applicant": APPLICANT, "superiors": SUPERIORS, "person": CHOSEN, "operator": OPERATOR}


def assignment_words(rule: str, names: Names, step: Callable[[str], Text | str]) -> Text:
    """An assignment in words, or several of those who sign; `step` names a step. Empty for what is no assignment."""
    if len(several := words(rule)) > 1:
        each = [assignment_words(one, names, step) for one in several]
        return Text("、".join(one.zh for one in each), ", ".join(one.en for one in each))
    try:
        parsed = parse_who(rule)
    except BadAssignment:
        return Text("", "")
    if parsed.kind in OUTWARD:
        return OUTWARD[parsed.kind]
    if parsed.kind == "actor":
        return ACTOR.fill(step=step(parsed.name))
    if parsed.kind == "role":
        role = names.role(parsed.name)
        return ROLE_AT.fill(role=role, unit=_unit(parsed.unit, names)) if parsed.unit else role
    of, without = (HEAD_OF, HEAD) if parsed.kind == "head" else (SUPERIOR_OF, SUPERIOR)
    return of.fill(unit=_unit(parsed.unit, names)) if parsed.unit else without


def _unit(name: str, names: Names) -> Text:
    return {"applicant.unit": OWN_UNIT, ORGANISATION: OWN_ORGANISATION}.get(name) or names.unit(name)
