"""Who may do what in which state: one table, default deny.

A row says: this verb is open to anybody who stands in one of these relations to the case or
task, while it is in one of these states. What is not in the table may not be done.

Relations to a task: `holder` (assigned, by claim or by name), `candidate` (it is offered to a
post held now and nobody took it), `barred` (would be one of the two, but acted on a step this
one is separate from). Relations to a case: `applicant`, `actor` (acted in it), `receiver` (was
sent a copy), `follower` (holds or may take an open task of it), `owner` (of the procedure),
`auditor` (of the applicant's unit or one above it), `manager` (heads such a unit), `administrator`.
Relation to an asked task: `asker` (holds the task it was asked from).
States of a task: `free`, `claimed`, `named` (given to one person by the diagram, by transfer or by asking),
`waiting` (for those who were asked), `suspended` (with its case), `ended`.
States of a case: `deciding` (an open step decides or is the applicant's), `carrying_out`
(approved; open steps only carry out), `incident` (a case still deciding stands still), `suspended`, `ended`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from engine.errors import NotAllowed, NotFound, QianfaError


class Rule(NamedTuple):
    relations: frozenset[str]
    states: frozenset[str]


def _rule(relations: str, states: str) -> Rule:
    return Rule(frozenset(relations.split()), frozenset(states.split()))


LIVE = "deciding carrying_out incident"
ALWAYS = f"{LIVE} suspended ended"

TASK_TABLE: dict[str, Rule] = {
    "claim": _rule("candidate", "free"),
    "put_back": _rule("holder", "claimed"),
    "decide": _rule("holder candidate", "free claimed named"),
    "return": _rule("holder candidate", "free claimed named"),
    "transfer": _rule("holder candidate", "free claimed named"),
    "add_signer": _rule("holder owner", "free named"),
    "remove_signer": _rule("holder owner", "free named"),
    "delegate": _rule("holder candidate", "free claimed named"),
    "sign_before": _rule("holder candidate", "free claimed named"),
    "sign_after": _rule("holder candidate", "free claimed named"),
    "outside": _rule("holder candidate", "free claimed named"),
    "unask": _rule("asker", "free claimed named waiting"),
}

CASE_TABLE: dict[str, Rule] = {
    "see": _rule("applicant actor receiver follower barred owner auditor manager administrator", ALWAYS),
    "comment": _rule("applicant actor receiver follower owner administrator", ALWAYS),
    "copy": _rule("applicant actor follower owner", ALWAYS),
    "print": _rule("applicant actor receiver follower owner auditor manager administrator", ALWAYS),
    "unmask": _rule("auditor manager", ALWAYS),
    "archive": _rule("applicant owner auditor administrator", "ended"),  # take the archive package
    "withdraw": _rule("applicant", "deciding incident"),
    "recall": _rule("actor", "deciding carrying_out"),
    "repair": _rule("owner administrator", LIVE),  # asked for by one of them, agreed to by another
    "urge": _rule("applicant actor owner", LIVE),
    "suspend": _rule("owner administrator", LIVE),
    "resume": _rule("owner administrator", "suspended"),
    "cancel": _rule("owner administrator", f"{LIVE} suspended"),
    "retry": _rule("owner administrator", f"{LIVE} ended"),  # a job may give up after the end
}

HOUSE_TABLE: dict[str, frozenset[str]] = {
    "publish": frozenset({"process_owner", "administrator"}),
    "see_everything": frozenset({"administrator"}),
    "see_procedures": frozenset({"administrator", "auditor"}),  # their diagrams and forms, not their cases
    "see_registers": frozenset({"process_owner", "company_leader"}),
    "keep_accounts": frozenset({"account_office", "account_custodian", "admin_dept", "admin_head"}),
    "keep_calendar": frozenset({"administrator"}),
    "keep_filings": frozenset({"filing_clerk"}),
    "keep_lendings": frozenset(
        {"account_office", "account_custodian", "text_editor", "enterprise_mgmt_head", "process_owner", "administrator"}
    ),
    "keep_publications": frozenset({"filing_clerk"}),
    "retry_in_house": frozenset({"administrator"}),  # a job that belongs to no case, such as a mail
    "manage_people": frozenset({"administrator"}),
    "hand_over": frozenset({"administrator"}),  # besides the head of the unit, for the unit's own people
    "share_views": frozenset({"process_owner", "administrator"}),  # besides the head of a unit, with the unit
    "hold": frozenset({"administrator"}),  # and lift, with a second person; besides the owner of the procedure
    "ask_disposal": frozenset({"administrator"}),  # besides the owner of the procedure
    "decide_disposal": frozenset({"administrator"}),  # never who asked; besides the owner of the procedure
    "see_all_incidents": frozenset({"administrator", "process_owner"}),
}


def may(table: dict[str, Rule], relations: Iterable[str], verb: str, state: str) -> bool:
    """Whether the verb is open to these relations in this state."""
    rule = table.get(verb)
    return rule is not None and state in rule.states and not rule.relations.isdisjoint(relations)


def may_in_house(roles: frozenset[str], verb: str) -> bool:
    """Whether one of these roles may do what concerns no case."""
    return not HOUSE_TABLE.get(verb, frozenset()).isdisjoint(roles)


def check_house(roles: frozenset[str], verb: str) -> None:
    if not may_in_house(roles, verb):
        raise NotAllowed()


def check_case(relations: Iterable[str], verb: str, state: str, refusal: QianfaError | None = None) -> None:
    """Raise NotFound where one may not even know of the case, else the refusal."""
    relations = frozenset(relations)
    if not may(CASE_TABLE, relations, "see", state):
        raise NotFound()
    if not may(CASE_TABLE, relations, verb, state):
        raise refusal or NotAllowed()
