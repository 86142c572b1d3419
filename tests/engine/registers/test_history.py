"""Whatever happened to accounts, the register of any past day is the one that a naive replay of that day gives."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import models
from engine import queries
from engine.errors import BadInput, Conflict
from engine.numbers import OFFICE_ZONE
from models import FACTS, account_terms, accounts
from tests.support.hand import Hand

STAFF = ("ren.ke", "su.qing", "ye.zhou")
NAMES = ("一号", "二号", "三号")
RIGHTS = ("发布", "查看", "发布、查看")
ACTS = st.one_of(
    st.tuples(st.just("open"), st.sampled_from(NAMES), st.sampled_from(STAFF)),
    st.tuples(st.just("hold"), st.sampled_from(NAMES), st.sampled_from(STAFF)),
    st.tuples(st.just("rights"), st.sampled_from(NAMES), st.sampled_from(RIGHTS)),
    st.tuples(st.just("suspend"), st.sampled_from(NAMES), st.just("")),
    st.tuples(st.just("restore"), st.sampled_from(NAMES), st.just("")),
    st.tuples(st.just("close"), st.sampled_from(NAMES), st.just("")),
)
# Each with the hours that pass before it: some fall on one day, some lie days apart, some around midnight.
STORY = st.lists(st.tuples(st.sampled_from((0, 1, 5, 14, 24, 50)), ACTS), min_size=1, max_size=12)
BEGIN = datetime(2026, 11, 23, 2, tzinfo=UTC)


class Replay:
    """The register as somebody would keep it with a pencil: after every act a copy of all that stands."""

    def __init__(self) -> None:
        self.lines: dict[int, tuple[str, str, tuple[str, ...], str]] = {}  # number: name, holder, rights, state
        self.copies: list[tuple[datetime, dict[int, tuple[str, str, tuple[str, ...], str]]]] = []

    def current(self, name: str) -> int | None:
        """The open account of that name, else the last one."""
        found = [number for number, line in self.lines.items() if line[0] == name]
        alive = [number for number in found if self.lines[number][3] != "closed"]
        return (alive or found)[-1] if found else None

    def keep(self, at: datetime) -> None:
        self.copies.append((at, dict(self.lines)))

    def on(self, day: date) -> dict[int, tuple[str, str, tuple[str, ...], str]]:
        end = datetime.combine(day + timedelta(days=1), time(), OFFICE_ZONE)
        return next((lines for at, lines in reversed(self.copies) if at < end), {})


def live(hand: Hand, replay: Replay, act: tuple[str, str, str]) -> None:
    verb, name, more = act
    number = replay.current(name)
    try:
        match verb:
            case "open":
                number = hand.opened(more, name)
                replay.lines[number] = (name, more, (), "active")
            case "hold":
                hand("change_account", account=name, holder=more)
                replay.lines[number] = (name, more, *replay.lines[number][2:])
            case "rights":
                hand("change_account", account=name, rights=more)
                replay.lines[number] = (*replay.lines[number][:2], tuple(more.split("、")), replay.lines[number][3])
            case _:
                state = {"suspend": "suspended", "restore": "active", "close": "closed"}[verb]
                hand(f"{verb}_account", account=name, **({} if verb == "restore" else {"reason": "演练"}))
                replay.lines[number] = (*replay.lines[number][:3], state)
    except (BadInput, Conflict):
        pass  # refused, so nothing is written down
    replay.keep(hand.story.now)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(told=STORY)
def test_the_register_of_a_past_day_is_what_stood_in_it_that_evening(hand: Hand, told) -> None:
    story = hand.story
    for table in (account_terms, accounts):
        mine = table.c.id > 0 if table is account_terms else ~accounts.c.official
        story.write(table.delete().where(mine))
    story.now = BEGIN
    replay = Replay()
    for hours, act in told:
        story.now += timedelta(hours=hours)
        live(hand, replay, act)
    days = (story.now - BEGIN).days + 2
    keeper = story.person("yuan.he")
    with models.reading(story.engine) as conn:
        for day in (BEGIN.date() + timedelta(days=n - 1) for n in range(days + 1)):
            asked = queries.Asked(story.now, as_of=day)
            found, _ = queries.REGISTERS["accounts"].list(conn, keeper, asked)
            seen = {
                line["id"]: (line["name"], line["login"], tuple(line["rights"]), line["state"])
                for line in named(conn, found)
            }
            assert seen == replay.on(day), day


def named(conn, found: list[dict]) -> list[dict]:
    """The lines with the login of the holder, whose name alone is shown."""
    logins = {row.name: row.login for row in conn.execute(models.people.select()) if row.login in STAFF}
    return [{**line, "login": logins[line["holder"]]} for line in found]


def test_the_terms_of_an_account_follow_one_another_without_a_gap_and_the_last_is_what_it_says_now(hand: Hand) -> None:
    number = hand.opened()
    for day, (operation, more) in enumerate(
        [
            ("change_account", {"holder": "su.qing"}),
            ("suspend_account", {"reason": "演练"}),
            ("restore_account", {}),
            ("change_account", {"name": "新名"}),
            ("close_account", {"reason": "离职"}),
        ]
    ):
        hand.story.now += timedelta(days=day)
        hand(operation, account=number, **more)
    terms = hand.terms(number)
    assert len(terms) == 6
    assert [term.until for term in terms[:-1]] == [term.since for term in terms[1:]]
    assert terms[-1].until is None
    assert {key: getattr(terms[-1], key) for key in FACTS} == {key: getattr(hand.account(number), key) for key in FACTS}


@pytest.mark.parametrize(
    ("day", "held"), [("2026-11-22", False), ("2026-11-23", True), ("2026-11-24", True), ("2026-11-25", False)]
)
def test_designated_persons_are_shown_as_of_a_day(hand: Hand, day, held) -> None:
    story = hand.story
    number = hand("designate", person="su.qing", role="unit_info_officer", unit="MKT")["number"]
    story.now += timedelta(days=2)
    hand("end_designation", number=number)
    story.now += timedelta(days=2)
    with models.reading(story.engine) as conn:
        asked = queries.Asked(story.now, as_of=date.fromisoformat(day))
        found, _ = queries.REGISTERS["designations"].list(conn, story.person("ren.ke"), asked)
    assert [line["person"] for line in found] == (["苏晴"] if held else [])
