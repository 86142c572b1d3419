"""Rights as of a day: random posts, stand-ins and tokens given and ended, against a naive replay of what was done."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from random import Random

import pytest
import sqlalchemy as sa

from engine import actions
from engine.errors import NotAllowed, QianfaError
from engine.people import load_person, person_by_login
from engine.procedures.rights import may
from engine.procedures.version import load_version, may_start
from engine.queries.audit.rights import Asked, Then, in_force, rights_then
from engine.units import parents
from models import people, reading
from tests.support.story import Story

LOGINS = ("lin.xia", "pan.yi", "zhou.ning", "he.sui", "tao.ran", "ye.zhou")
ROLES = (("auditor", "HQ"), ("text_editor", "EMD"), ("unit_info_officer", "SALES"), ("process_owner", "ADM"))
Known = set[tuple[str, ...]]


@pytest.fixture(scope="module")
def story(templates: Callable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    database, remove = templates("sqlite").copy()
    engine = database.engine()
    yield Story(engine, tmp_path_factory.mktemp("office"))
    engine.dispose()
    remove()


def facts(one: Then) -> Known:
    """What is said of a person, without the times."""
    found: Known = {("post", role, str(unit)) for role, unit in one.held}
    found |= {("for", each.of.zh) for each in one.stands_in_for} | {("by", each.of.zh) for each in one.away}
    return found | {("token", each.of.zh) for each in one.tokens} | ({("disabled",)} if one.disabled else set())


class Naive:
    """What holds now, by doing each thing to a set."""

    def __init__(self, story: Story):
        self.story, self.chance = story, Random(6)
        self.names = dict(story.read(sa.select(people.c.login, people.c.name)))
        with reading(story.engine) as conn:
            self.holds: dict[str, Known] = {
                login: {("post", role, str(unit)) for role, unit in person_by_login(conn, login, story.now).posts}
                for login in LOGINS
            }
        self.ends: dict[tuple[str, ...], int] = {}

    def act(self) -> None:
        """One of the things that give or end something; what is refused changes nothing."""
        login, chosen = self.chance.choice(LOGINS), self.chance.randrange(6)
        with suppress(QianfaError):
            (self._give, self._end, self._appoint, self._part, self._token, self._disable)[chosen](login)

    def _give(self, login: str) -> None:
        role, unit = self.chance.choice(ROLES)
        post = self.story.act("tian.ye", lambda desk: actions.give_post(desk, login, role, unit))
        fact = ("post", role, str(self.story.unit(unit)))
        self.ends[login, *fact] = post
        self.holds[login].add(fact)

    def _end(self, login: str) -> None:
        for key in [key for key in self.ends if key[0] == login and key[1] == "post"][:1]:
            self.story.act("tian.ye", partial(actions.end_post, post_id=self.ends[key]))
            self.holds[login].discard(key[1:])
            del self.ends[key]

    def _appoint(self, login: str) -> None:
        by = self.chance.choice(LOGINS)
        until = self.story.now + timedelta(days=300)
        (rule,) = self.story.act(login, lambda desk: actions.appoint_stand_in(desk, by, desk.now, until, [], "出差"))
        self.ends[login, "by", by] = rule
        self.holds[login].add(("by", self.names[by]))
        self.holds[by].add(("for", self.names[login]))

    def _part(self, login: str) -> None:
        for key in [key for key in self.ends if key[0] == login and key[1] == "by"][:1]:
            self.story.act(login, partial(actions.end_stand_in, rule_id=self.ends[key]))
            del self.ends[key]
            if not any(other[:3] == key for other in self.ends):
                self.holds[login].discard(("by", self.names[key[2]]))
                self.holds[key[2]].discard(("for", self.names[login]))

    def _token(self, login: str) -> None:
        name = f"令牌{self.chance.randrange(10_000)}"
        self.story.once(None, lambda desk: actions.create_token(desk.conn, login, name, 900, desk.now))
        self.holds[login].add(("token", name))

    def _disable(self, login: str) -> None:
        if self.chance.random() < 0.6:
            return
        person = self.story.id_of(login)
        if ("disabled",) in self.holds[login]:
            self.story.act("tian.ye", lambda desk: actions.enable_person(desk, person))
            self.holds[login].discard(("disabled",))
            return
        self.story.act("tian.ye", lambda desk: actions.disable_person(desk, person))
        self.ends = {key: what for key, what in self.ends.items() if login not in (key[0], key[2])}
        for other in LOGINS:
            self.holds[other] -= {("by", self.names[login]), ("for", self.names[login])}
        self.holds[login] = {("disabled",)}


def test_what_is_said_of_any_moment_is_what_had_been_given_and_not_ended_by_then(story: Story) -> None:
    naive, seen = Naive(story), []
    for _ in range(60):
        story.now += timedelta(hours=7)
        naive.act()
        seen.append((story.now, {login: set(known) for login, known in naive.holds.items()}))
    with reading(story.engine) as conn:
        looks = person_by_login(conn, "tian.ye", story.now)
        for moment, known in seen:
            then = {one.login: facts(one) for one in rights_then(conn, looks, moment, Asked(), 1_000).people}
            assert {login: then[login] for login in LOGINS} == known, moment
    assert len({str(known) for _, known in seen}) > 25, "much of it was refused: it proves little"


def test_rights_on_procedures_are_those_of_the_posts_and_the_version_of_that_moment(story: Story) -> None:
    with reading(story.engine) as conn:
        looks, above = person_by_login(conn, "tian.ye", story.now), parents(conn)
        assert looks is not None
        for login in ("lu.qing", "shen.yan", "shi.xi"):
            person = person_by_login(conn, login, story.now)
            page = rights_then(conn, looks, story.now, Asked(search=login))
            told = {slug: set(rights) for slug, _, rights in page.people[0].rights}
            for row in in_force(conn, story.now):
                manifest = load_version(conn, row.id).manifest
                expected = {right for right in ("edit", "release", "see") if may(person, right, manifest, above)}
                expected |= {"start"} if may_start(person, manifest, above) else set()
                assert told.get(row.slug, set()) == expected, (login, row.slug)
        with pytest.raises(NotAllowed):
            rights_then(conn, load_person(conn, story.id_of("shi.xi"), story.now), story.now, Asked())
        long_ago = story.now - timedelta(days=9_000)
        assert rights_then(conn, looks, long_ago, Asked(procedure="pub-repost")).people == [], "nobody was there yet"
