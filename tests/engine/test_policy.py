"""The truth table of rights, written out: which relation opens which verb in which state; all else is no."""

from itertools import product

import pytest

from engine.errors import NotAllowed, NotFound
from engine.policy import CASE_TABLE, HOUSE_TABLE, TASK_TABLE, check_case, check_house, may, may_in_house

TASK_STATES = ("free", "claimed", "named", "waiting", "suspended", "ended")
TASK_RELATIONS = ("holder", "candidate", "asker", "barred", "colleague", "former", "owner", "stranger")
TASKS = """
claim         holder     .    .    .    .    .    .
claim         candidate  yes  .    .    .    .    .
claim         asker      .    .    .    .    .    .
claim         barred     .    .    .    .    .    .
claim         colleague  .    .    .    .    .    .
claim         former     .    .    .    .    .    .
claim         owner      .    .    .    .    .    .
claim         stranger   .    .    .    .    .    .
put_back      holder     .    yes  .    .    .    .
put_back      candidate  .    .    .    .    .    .
put_back      asker      .    .    .    .    .    .
put_back      barred     .    .    .    .    .    .
put_back      colleague  .    .    .    .    .    .
put_back      former     .    .    .    .    .    .
put_back      owner      .    .    .    .    .    .
put_back      stranger   .    .    .    .    .    .
decide        holder     yes  yes  yes  .    .    .
decide        candidate  yes  yes  yes  .    .    .
decide        asker      .    .    .    .    .    .
decide        barred     .    .    .    .    .    .
decide        colleague  .    .    .    .    .    .
decide        former     .    .    .    .    .    .
decide        owner      .    .    .    .    .    .
decide        stranger   .    .    .    .    .    .
return        holder     yes  yes  yes  .    .    .
return        candidate  yes  yes  yes  .    .    .
return        asker      .    .    .    .    .    .
return        barred     .    .    .    .    .    .
return        colleague  .    .    .    .    .    .
return        former     .    .    .    .    .    .
return        owner      .    .    .    .    .    .
return        stranger   .    .    .    .    .    .
transfer      holder     yes  yes  yes  .    .    .
transfer      candidate  yes  yes  yes  .    .    .
transfer      asker      .    .    .    .    .    .
transfer      barred     .    .    .    .    .    .
transfer      colleague  .    .    .    .    .    .
transfer      former     .    .    .    .    .    .
transfer      owner      .    .    .    .    .    .
transfer      stranger   .    .    .    .    .    .
delegate      holder     yes  yes  yes  .    .    .
delegate      candidate  yes  yes  yes  .    .    .
delegate      asker      .    .    .    .    .    .
delegate      barred     .    .    .    .    .    .
delegate      colleague  .    .    .    .    .    .
delegate      former     .    .    .    .    .    .
delegate      owner      .    .    .    .    .    .
delegate      stranger   .    .    .    .    .    .
sign_before   holder     yes  yes  yes  .    .    .
sign_before   candidate  yes  yes  yes  .    .    .
sign_before   asker      .    .    .    .    .    .
sign_before   barred     .    .    .    .    .    .
sign_before   colleague  .    .    .    .    .    .
sign_before   former     .    .    .    .    .    .
sign_before   owner      .    .    .    .    .    .
sign_before   stranger   .    .    .    .    .    .
sign_after    holder     yes  yes  yes  .    .    .
sign_after    candidate  yes  yes  yes  .    .    .
sign_after    asker      .    .    .    .    .    .
sign_after    barred     .    .    .    .    .    .
sign_after    colleague  .    .    .    .    .    .
sign_after    former     .    .    .    .    .    .
sign_after    owner      .    .    .    .    .    .
sign_after    stranger   .    .    .    .    .    .
outside       holder     yes  yes  yes  .    .    .
outside       candidate  yes  yes  yes  .    .    .
outside       asker      .    .    .    .    .    .
outside       barred     .    .    .    .    .    .
outside       colleague  .    .    .    .    .    .
outside       former     .    .    .    .    .    .
outside       owner      .    .    .    .    .    .
outside       stranger   .    .    .    .    .    .
unask         holder     .    .    .    .    .    .
unask         candidate  .    .    .    .    .    .
unask         asker      yes  yes  yes  yes  .    .
unask         barred     .    .    .    .    .    .
unask         colleague  .    .    .    .    .    .
unask         former     .    .    .    .    .    .
unask         owner      .    .    .    .    .    .
unask         stranger   .    .    .    .    .    .
add_signer    holder     yes  .    yes  .    .    .
add_signer    candidate  .    .    .    .    .    .
add_signer    asker      .    .    .    .    .    .
add_signer    barred     .    .    .    .    .    .
add_signer    colleague  .    .    .    .    .    .
add_signer    former     .    .    .    .    .    .
add_signer    owner      yes  .    yes  .    .    .
add_signer    stranger   .    .    .    .    .    .
remove_signer holder     yes  .    yes  .    .    .
remove_signer candidate  .    .    .    .    .    .
remove_signer asker      .    .    .    .    .    .
remove_signer barred     .    .    .    .    .    .
remove_signer colleague  .    .    .    .    .    .
remove_signer former     .    .    .    .    .    .
remove_signer owner      yes  .    yes  .    .    .
remove_signer stranger   .    .    .    .    .    .
"""

CASE_STATES = ("deciding", "carrying_out", "incident", "suspended", "ended")
CASE_RELATIONS = (
    "applicant", "actor", "receiver", "follower", "barred", "owner", "auditor", "manager", "administrator",
    "stranger",
)  # fmt: skip
CASES = """
see         applicant      yes  yes  yes  yes  yes
see         actor          yes  yes  yes  yes  yes
see         receiver       yes  yes  yes  yes  yes
see         follower       yes  yes  yes  yes  yes
see         barred         yes  yes  yes  yes  yes
see         owner          yes  yes  yes  yes  yes
see         auditor        yes  yes  yes  yes  yes
see         manager        yes  yes  yes  yes  yes
see         administrator  yes  yes  yes  yes  yes
see         stranger       .    .    .    .    .
comment     applicant      yes  yes  yes  yes  yes
comment     actor          yes  yes  yes  yes  yes
comment     receiver       yes  yes  yes  yes  yes
comment     follower       yes  yes  yes  yes  yes
comment     barred         .    .    .    .    .
comment     owner          yes  yes  yes  yes  yes
comment     auditor        .    .    .    .    .
comment     manager        .    .    .    .    .
comment     administrator  yes  yes  yes  yes  yes
comment     stranger       .    .    .    .    .
copy        applicant      yes  yes  yes  yes  yes
copy        actor          yes  yes  yes  yes  yes
copy        receiver       .    .    .    .    .
copy        follower       yes  yes  yes  yes  yes
copy        barred         .    .    .    .    .
copy        owner          yes  yes  yes  yes  yes
copy        auditor        .    .    .    .    .
copy        manager        .    .    .    .    .
copy        administrator  .    .    .    .    .
copy        stranger       .    .    .    .    .
print       applicant      yes  yes  yes  yes  yes
print       actor          yes  yes  yes  yes  yes
print       receiver       yes  yes  yes  yes  yes
print       follower       yes  yes  yes  yes  yes
print       barred         .    .    .    .    .
print       owner          yes  yes  yes  yes  yes
print       auditor        yes  yes  yes  yes  yes
print       manager        yes  yes  yes  yes  yes
print       administrator  yes  yes  yes  yes  yes
print       stranger       .    .    .    .    .
unmask      applicant      .    .    .    .    .
unmask      actor          .    .    .    .    .
unmask      receiver       .    .    .    .    .
unmask      follower       .    .    .    .    .
unmask      barred         .    .    .    .    .
unmask      owner          .    .    .    .    .
unmask      auditor        yes  yes  yes  yes  yes
unmask      manager        yes  yes  yes  yes  yes
unmask      administrator  .    .    .    .    .
unmask      stranger       .    .    .    .    .
archive     applicant      .    .    .    .    yes
archive     actor          .    .    .    .    .
archive     receiver       .    .    .    .    .
archive     follower       .    .    .    .    .
archive     barred         .    .    .    .    .
archive     owner          .    .    .    .    yes
archive     auditor        .    .    .    .    yes
archive     manager        .    .    .    .    .
archive     administrator  .    .    .    .    yes
archive     stranger       .    .    .    .    .
withdraw    applicant      yes  .    yes  .    .
withdraw    actor          .    .    .    .    .
withdraw    receiver       .    .    .    .    .
withdraw    follower       .    .    .    .    .
withdraw    barred         .    .    .    .    .
withdraw    owner          .    .    .    .    .
withdraw    auditor        .    .    .    .    .
withdraw    manager        .    .    .    .    .
withdraw    administrator  .    .    .    .    .
withdraw    stranger       .    .    .    .    .
recall      applicant      .    .    .    .    .
recall      actor          yes  yes  .    .    .
recall      receiver       .    .    .    .    .
recall      follower       .    .    .    .    .
recall      barred         .    .    .    .    .
recall      owner          .    .    .    .    .
recall      auditor        .    .    .    .    .
recall      manager        .    .    .    .    .
recall      administrator  .    .    .    .    .
recall      stranger       .    .    .    .    .
urge        applicant      yes  yes  yes  .    .
urge        actor          yes  yes  yes  .    .
urge        receiver       .    .    .    .    .
urge        follower       .    .    .    .    .
urge        barred         .    .    .    .    .
urge        owner          yes  yes  yes  .    .
urge        auditor        .    .    .    .    .
urge        manager        .    .    .    .    .
urge        administrator  .    .    .    .    .
urge        stranger       .    .    .    .    .
suspend     applicant      .    .    .    .    .
suspend     actor          .    .    .    .    .
suspend     receiver       .    .    .    .    .
suspend     follower       .    .    .    .    .
suspend     barred         .    .    .    .    .
suspend     owner          yes  yes  yes  .    .
suspend     auditor        .    .    .    .    .
suspend     manager        .    .    .    .    .
suspend     administrator  yes  yes  yes  .    .
suspend     stranger       .    .    .    .    .
resume      applicant      .    .    .    .    .
resume      actor          .    .    .    .    .
resume      receiver       .    .    .    .    .
resume      follower       .    .    .    .    .
resume      barred         .    .    .    .    .
resume      owner          .    .    .    yes  .
resume      auditor        .    .    .    .    .
resume      manager        .    .    .    .    .
resume      administrator  .    .    .    yes  .
resume      stranger       .    .    .    .    .
cancel      applicant      .    .    .    .    .
cancel      actor          .    .    .    .    .
cancel      receiver       .    .    .    .    .
cancel      follower       .    .    .    .    .
cancel      barred         .    .    .    .    .
cancel      owner          yes  yes  yes  yes  .
cancel      auditor        .    .    .    .    .
cancel      manager        .    .    .    .    .
cancel      administrator  yes  yes  yes  yes  .
cancel      stranger       .    .    .    .    .
retry       applicant      .    .    .    .    .
retry       actor          .    .    .    .    .
retry       receiver       .    .    .    .    .
retry       follower       .    .    .    .    .
retry       barred         .    .    .    .    .
retry       owner          yes  yes  yes  .    yes
retry       auditor        .    .    .    .    .
retry       manager        .    .    .    .    .
retry       administrator  yes  yes  yes  .    yes
retry       stranger       .    .    .    .    .
repair      applicant      .    .    .    .    .
repair      actor          .    .    .    .    .
repair      receiver       .    .    .    .    .
repair      follower       .    .    .    .    .
repair      barred         .    .    .    .    .
repair      owner          yes  yes  yes  .    .
repair      auditor        .    .    .    .    .
repair      manager        .    .    .    .    .
repair      administrator  yes  yes  yes  .    .
repair      stranger       .    .    .    .    .
"""

ROLES = (
    "employee", "unit_head", "unit_info_officer", "text_editor", "enterprise_mgmt_office", "enterprise_mgmt_head",
    "admin_dept", "admin_head", "company_leader", "auditor", "incident_owner", "process_owner", "administrator",
    "account_office", "account_custodian", "filing_clerk",
)  # fmt: skip
HOUSE = {
    "publish": {"process_owner", "administrator"},
    "see_everything": {"administrator"},
    "see_procedures": {"administrator", "auditor"},
    "see_registers": {"process_owner", "company_leader"},
    "keep_accounts": {"account_office", "account_custodian", "admin_dept", "admin_head"},
    "keep_calendar": {"administrator"},
    "keep_filings": {"filing_clerk"},
    "keep_lendings": {
        "account_office",
        "account_custodian",
        "text_editor",
        "enterprise_mgmt_head",
        "process_owner",
        "administrator",
    },
    "keep_publications": {"filing_clerk"},
    "retry_in_house": {"administrator"},
    "hold": {"administrator"},
    "ask_disposal": {"administrator"},
    "decide_disposal": {"administrator"},
    "manage_people": {"administrator"},
    "hand_over": {"administrator"},
    "share_views": {"process_owner", "administrator"},
    "see_all_incidents": {"process_owner", "administrator"},
}


def read(text: str) -> dict[tuple[str, str], list[bool]]:
    lines = [line.split() for line in text.strip().splitlines()]
    return {(verb, relation): [cell == "yes" for cell in cells] for verb, relation, *cells in lines}


@pytest.mark.parametrize(
    ("table", "text", "states", "relations"),
    [(TASK_TABLE, TASKS, TASK_STATES, TASK_RELATIONS), (CASE_TABLE, CASES, CASE_STATES, CASE_RELATIONS)],
    ids=["tasks", "cases"],
)
def test_the_policy_is_the_table_written_here_and_nothing_else(table, text, states, relations):
    told = read(text)
    assert set(told) == set(product(table, relations)), "every verb with every relation"
    seen = {
        (verb, relation): [may(table, {relation}, verb, state) for state in states]
        for verb, relation in product(table, relations)
    }
    assert seen == told
    known = {word for rule in table.values() for word in rule.relations}
    assert known <= set(relations), "no relation opens a verb that the table here does not know of"
    assert {word for rule in table.values() for word in rule.states} <= set(states)


def test_in_the_house_a_verb_is_open_to_these_roles_and_no_others():
    seen = {verb: {role for role in ROLES if may_in_house(frozenset({role}), verb)} for verb in HOUSE_TABLE}
    assert seen == HOUSE
    assert set().union(*HOUSE_TABLE.values()) <= set(ROLES)


@pytest.mark.parametrize("table", [TASK_TABLE, CASE_TABLE])
def test_what_is_not_in_the_table_may_not_be_done(table):
    everything = frozenset(TASK_RELATIONS + CASE_RELATIONS)
    for state in TASK_STATES + CASE_STATES:
        assert not may(table, everything, "delete", state)
        assert not may(table, everything, "", state)
    for verb in table:
        assert not may(table, frozenset(), verb, "free")
        assert not may(table, everything, verb, "unheard_of")
    assert not may_in_house(frozenset(ROLES), "unheard_of")


def test_a_barred_person_opens_nothing_even_with_every_other_missing_right():
    """A relation adds rights and never takes any away: who is barred must have no other relation to the task."""
    for verb, state in product(TASK_TABLE, TASK_STATES):
        assert not may(TASK_TABLE, {"barred", "colleague", "former"}, verb, state)


def test_who_may_not_see_a_case_is_told_there_is_none():
    for verb, state in product(CASE_TABLE, CASE_STATES):
        with pytest.raises(NotFound):
            check_case(frozenset(), verb, state)
        with pytest.raises(NotFound):
            check_case({"holder"}, verb, state)


def test_who_sees_a_case_and_may_not_act_is_refused_with_a_sentence():
    with pytest.raises(NotAllowed) as refused:
        check_case({"auditor"}, "cancel", "deciding")
    assert refused.value.status == 403
    assert refused.value.text.zh
    with pytest.raises(NotAllowed):
        check_house(frozenset({"unit_head"}), "publish")
    check_house(frozenset({"administrator"}), "publish")
