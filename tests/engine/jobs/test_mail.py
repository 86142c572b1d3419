"""Mail follows the bell: once, when its person wants it, never at night, and nothing of what was read meanwhile."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

import models
from engine import actions
from engine.connectors.mail import Mail
from engine.errors import NotFound
from engine.jobs.carrier import open_carrier
from engine.jobs.deliver import KINDS
from engine.jobs.worker import TRIES, due, run
from engine.messages import Told, everybody, tell
from engine.numbers import OFFICE_ZONE
from engine.text import Text
from models import incidents, jobs, message_settings, messages, people, tasks
from tests.support.story import Story
from tests.support.worker import start_worker

TO = "lin.xia@example.com"


class Office:
    """A house with mail, people who want it in their own ways, and a clock that is set by hand."""

    def __init__(self, place, hand, mailbox, folder):
        self.hand, self.mailbox, self.engine = hand, mailbox, place.engine
        self.place = replace(
            place, mail=replace(Mail.at(mailbox.url, "qianfa@example.com"), patience=5), url="https://q.example"
        )
        self.story = Story(place.engine, folder, hand())

    def at(self, clock: str) -> None:
        """Set the clock of the office: "22:30" of this day, or of the next if that is past."""
        hour, minute = map(int, clock.split(":"))
        local = self.hand().astimezone(OFFICE_ZONE)
        then = local.replace(hour=hour, minute=minute, second=0)
        self.hand.now = (then if then >= local else then + timedelta(days=1)).astimezone(UTC)
        self.story.now = self.hand.now

    def write(self, statement):
        with models.writing(self.engine) as conn:
            return conn.execute(statement)

    def person(self, login: str, email: str | None = None, **settings) -> int:
        number = self.story.id_of(login)
        self.write(sa.update(people).where(people.c.id == number).values(email=email or f"{login}@example.com"))
        if settings:
            wanted = {"mail": "now", "digest_hour": 8, "quiet_from": "22:00", "quiet_until": "07:30"} | settings
            self.story.act(login, lambda desk: actions.set_messages(desk, wanted))
        return number

    def tell(self, key: str, *logins: str, kind: str = "outcome", **more) -> None:
        to = everybody(self.story.id_of(login) for login in logins or ("lin.xia",))
        with models.writing(self.engine) as conn:
            tell(conn, Told(kind, Text(f"消息{key}", f"message {key}"), to, **more), key, now=self.hand())

    def work(self) -> None:
        """Everything that is due now."""
        for _ in range(100):
            with models.reading(self.engine) as conn:
                found = due(conn, self.hand(), 1_000)
            if not found:
                return
            for job in found:
                run(self.place, KINDS, job)
        raise AssertionError("there is always more to do")

    def rows(self, statement):
        with models.reading(self.engine) as conn:
            return list(conn.execute(statement).all())

    def jobs(self, kind: str):
        return self.rows(sa.select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.id))

    def subjects(self):
        return [letter["Subject"] for letter in self.mailbox.letters]


@pytest.fixture
def office(place, hand, mailbox, tmp_path):
    made = Office(place, hand, mailbox, tmp_path)
    made.at("10:00")
    return made


def test_a_message_is_mailed_at_once_in_the_language_of_its_person(office):
    office.person("lin.xia")
    english = office.person("zhou.ning")
    office.write(sa.update(people).where(people.c.id == english).values(language="en"))
    office.tell("a", "lin.xia", "zhou.ning", "he.sui")
    office.work()
    assert sorted(office.subjects()) == ["[Qianfa] message a", "【签发】消息a"]
    first = office.rows(sa.select(messages).where(messages.c.person_id == office.story.id_of("lin.xia")))[0]
    (letter,) = (one for one in office.mailbox.letters if one["To"] == TO)
    assert f"https://q.example/messages/{first.id}" in letter.get_body(("plain",)).get_content()
    assert first.mailed_at == office.hand()
    assert len(office.rows(sa.select(messages))) == 3


@pytest.mark.parametrize(
    ("made", "sent"),
    [("21:59", "21:59"), ("22:00", "07:30"), ("23:59", "07:30"), ("03:00", "07:30"), ("07:30", "07:30")],
)
def test_in_the_quiet_hours_a_mail_waits_for_their_end(office, made, sent):
    office.person("lin.xia")
    office.at(made)
    office.tell("a")
    office.work()
    waits = made != sent
    assert len(office.subjects()) == (not waits)
    assert len(office.rows(sa.select(messages))) == 1, "the bell rings at any hour"
    if waits:
        office.at("07:29")
        office.work()
        assert office.subjects() == []
        office.at(sent)
        office.work()
    assert office.subjects() == ["【签发】消息a"]


def test_a_try_that_falls_into_the_quiet_hours_is_put_off_and_is_none(office):
    office.person("lin.xia")
    office.mailbox.manner = "busy"
    office.at("21:59")
    office.tell("a")
    office.work()
    (job,) = office.jobs("mail")
    office.hand.now = job.run_at + timedelta(minutes=2)
    office.work()
    (job,) = office.jobs("mail")
    assert (job.tries, job.state, job.run_at.astimezone(OFFICE_ZONE).strftime("%H:%M")) == (1, "waiting", "07:30")


def test_quiet_hours_are_each_person_s_own_and_may_be_none(office):
    office.person("lin.xia", quiet_from="", quiet_until="")
    office.person("zhou.ning", quiet_from="12:00", quiet_until="13:30")
    office.at("12:30")
    office.tell("a", "lin.xia", "zhou.ning")
    office.work()
    assert [letter["To"] for letter in office.mailbox.letters] == [TO]
    office.at("23:30")
    office.tell("b", "lin.xia")
    office.work()
    assert sorted(letter["To"] for letter in office.mailbox.letters) == [TO, TO, "zhou.ning@example.com"]


def test_what_was_read_or_acted_on_before_the_mail_went_out_is_not_mailed(office):
    reader, head = office.person("lin.xia"), office.person("zhou.ning")
    case_id = office.story.start()
    office.at("23:00")
    office.tell("a")
    office.work()
    office.write(sa.update(messages).where(messages.c.person_id == reader).values(read_at=office.hand()))
    office.write(sa.update(tasks).where(tasks.c.case_id == case_id).values(state="done", actor_id=head))
    office.at("08:00")
    office.work()
    assert office.subjects() == []
    assert {job.state for job in office.jobs("mail")} == {"done"}


@pytest.mark.parametrize("why", ["off", "kind off", "no address", "disabled", "off since"])
def test_who_wants_no_mail_gets_none(office, why):
    number = office.story.id_of("lin.xia")
    if why != "no address":
        kinds = {"outcome": "off"} if why == "kind off" else {}
        office.person("lin.xia", mail="off" if why == "off" else "now", kinds=kinds)
    office.at("23:00")
    office.tell("a")
    office.work()
    if why == "off since":
        office.person("lin.xia", mail="off")
    if why == "disabled":
        office.write(sa.update(people).where(people.c.id == number).values(disabled_at=office.hand()))
    office.at("09:00")
    office.work()
    assert office.subjects() == []
    assert len(office.rows(sa.select(messages))) == 1


def test_the_mail_of_the_day_holds_all_unread_since_the_last_one_and_is_one(office):
    number = office.person("lin.xia", mail="digest", digest_hour=9, kinds={"urge": "now"})
    for key in "abc":
        office.tell(key)
        office.work()
    office.tell("at once", kind="urge")
    office.work()
    assert office.subjects() == ["【签发】消息at once"]
    mine = messages.c.person_id == number
    office.write(sa.update(messages).where(mine, messages.c.key == "b").values(read_at=office.hand()))
    office.at("08:59")
    office.work()
    assert len(office.subjects()) == 1
    office.at("09:00")
    office.tell("too late")
    office.work()
    assert office.subjects()[1:] == ["【签发】您有2条未读消息"]
    text = office.mailbox.letters[1].get_body(("plain",)).get_content()
    assert "消息a" in text and "消息c" in text and "消息b" not in text and "too late" not in text
    office.at("08:00")
    office.at("09:00")
    office.work()
    assert office.subjects()[2:] == ["【签发】您有1条未读消息"]
    office.at("08:00")
    office.at("09:30")
    office.work()
    assert len(office.subjects()) == 3, "no news, no mail"


def test_a_day_on_which_all_was_read_has_no_mail(office):
    number = office.person("lin.xia", mail="digest", digest_hour=18)
    office.tell("a")
    office.work()
    office.write(sa.update(messages).where(messages.c.person_id == number).values(read_at=office.hand()))
    office.at("18:00")
    office.work()
    assert office.subjects() == []


def test_an_hour_in_the_quiet_hours_waits_for_their_end_and_a_long_day_is_cut(office):
    office.person("lin.xia", mail="digest", digest_hour=6)
    for number in range(203):
        office.tell(f"n{number}")
    office.work()
    office.at("06:00")
    office.work()
    assert office.subjects() == []
    office.at("07:30")
    office.work()
    assert office.subjects() == ["【签发】您有203条未读消息"]
    text = office.mailbox.letters[0].get_body(("plain",)).get_content()
    assert text.count("消息n") == 200 and "另有 3 条" in text


def test_who_changes_from_at_once_to_the_day_s_mail_gets_it_there(office):
    office.person("lin.xia")
    office.at("23:00")
    office.tell("a")
    office.work()
    office.person("lin.xia", mail="digest", digest_hour=9)
    office.at("07:31")
    office.work()
    assert office.subjects() == []
    office.at("09:00")
    office.work()
    assert office.subjects() == ["【签发】您有1条未读消息"]


def test_a_message_made_while_the_mail_of_the_day_is_under_way_is_in_the_next(office):
    office.person("lin.xia", mail="digest", digest_hour=9)
    office.tell("a")
    office.work()
    office.at("08:59")
    (job,) = office.jobs("digest")
    office.write(sa.update(jobs).where(jobs.c.id == job.id).values(state="running", tries=1, run_at=job.run_at))
    office.tell("b")
    office.work()
    first, second = office.jobs("digest")
    assert (first.id, second.run_at - first.run_at) == (job.id, timedelta(days=1))


@pytest.mark.parametrize("manner", ["unknown", "full for good"])
def test_a_mailbox_that_refuses_stops_its_own_mail_and_is_no_incident(office, manner):
    number = office.person("lin.xia")
    office.person("zhou.ning")
    office.mailbox.manner = manner
    office.tell("a")
    office.work()
    (job,) = office.jobs("mail")
    assert (job.state, job.tries) == ("done", 1)
    assert office.rows(sa.select(incidents)) == []
    (kept,) = office.rows(sa.select(message_settings))
    assert (kept.person_id, kept.refused_at) == (number, office.hand())
    assert kept.refused.startswith("55")
    office.mailbox.manner = "ok"
    office.tell("b", "lin.xia", "zhou.ning")
    office.work()
    assert [letter["To"] for letter in office.mailbox.letters] == ["zhou.ning@example.com"]
    office.person("lin.xia", mail="now")
    office.tell("c")
    office.work()
    assert office.subjects()[1:] == ["【签发】消息c"]


def test_a_full_mailbox_is_tried_again_and_given_up_without_an_incident(office):
    office.person("lin.xia", quiet_from="", quiet_until="")
    office.mailbox.manner = "full"
    office.tell("a")
    office.work()
    for _ in range(TRIES):
        office.hand.move(hours=2)
        office.work()
    (job,) = office.jobs("mail")
    assert (job.state, job.tries, office.mailbox.heard.count("RCPT")) == ("done", TRIES, TRIES)
    assert office.rows(sa.select(incidents)) == []
    assert office.rows(sa.select(message_settings.c.refused))[0].refused.startswith("452")


def test_a_server_that_refuses_us_is_an_incident_that_the_administrator_takes_up_again(office):
    office.person("lin.xia")
    office.mailbox.manner = "sender unknown"
    office.tell("a")
    office.work()
    (job,) = office.jobs("mail")
    assert (job.state, job.tries) == ("failed", 1)
    (incident,) = office.rows(sa.select(incidents))
    assert incident.owner == "r:administrator:*" and "发送邮件" in incident.zh
    assert office.rows(sa.select(message_settings)) == []
    office.mailbox.manner = "ok"
    with pytest.raises(NotFound):
        office.story.retry("zhou.ning", incident.id)
    office.story.retry("tian.ye", incident.id)
    office.work()
    assert office.subjects() == ["【签发】消息a"]
    office.story.check()


@pytest.mark.parametrize("manner", ["breaks off", "busy", "come again", "disk full"])
def test_what_may_pass_is_tried_again_under_the_same_message_id(office, manner):
    office.person("lin.xia")
    office.mailbox.manner = manner
    office.tell("a")
    office.work()
    (job,) = office.jobs("mail")
    assert (job.state, job.run_at) == ("waiting", office.hand() + timedelta(seconds=10))
    office.mailbox.manner = "ok"
    office.hand.move(seconds=10)
    office.work()
    assert len(set(office.mailbox.ids)) == 1
    assert len(office.mailbox.ids) == 1 + (manner == "breaks off")
    assert len(office.rows(sa.select(messages).where(messages.c.mailed_at.is_not(None)))) == 1


def test_a_worker_killed_between_sending_and_marking_sends_the_same_message_id(
    engine, database, office, mailbox, tmp_path
):
    """The receiver took the mail and keeps its answer back while the worker is killed."""
    office.person("lin.xia", quiet_from="", quiet_until="")
    carrier = f"sqlite:///{tmp_path}/huey.db" if database.kind == "sqlite" else database.url
    open_carrier(carrier, "secret").nudge_after_commit(engine)
    mailbox.manner = "keeps silent"
    worker = start_worker(database.url, tmp_path, carrier, "http://127.0.0.1:9", mailbox.url)
    try:
        office.hand.now = datetime.now(UTC)
        office.tell("a")
        assert mailbox.arrived.wait(60)
    finally:
        worker.kill()
        worker.wait()
    (job,) = office.jobs("mail")
    assert (job.state, job.tries) == ("running", 1)
    mailbox.released.set()
    mailbox.manner = "ok"
    office.hand.now = datetime.now(UTC) + timedelta(minutes=3)
    office.work()
    assert [job.state for job in office.jobs("mail")] == ["done"]
    assert len(mailbox.ids) == 2 and len(set(mailbox.ids)) == 1
    assert len(office.rows(sa.select(messages))) == 1
    assert "lin.xia@example.com" not in (tmp_path / "worker.log").read_text()


def test_mail_that_is_no_longer_set_up_leaves_the_bell(office):
    office.person("lin.xia")
    office.at("23:00")
    office.tell("a")
    office.work()
    office.place = replace(office.place, mail=None)
    office.at("08:00")
    office.work()
    assert [job.state for job in office.jobs("mail")] == ["done"]
    assert office.rows(sa.select(incidents)) == []
