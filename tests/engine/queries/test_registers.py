"""Who sees which line of the registers."""

import models
from engine import queries
from tests.support.story import Story


def seen(story: Story, login: str) -> list[str]:
    with models.reading(story.engine) as conn:
        return [one["number"] for one in queries.incident_list(conn, story.person(login), story.now)]


def test_an_incident_is_seen_by_its_owner_his_stand_in_for_the_procedure_and_the_administrator_alone(story: Story):
    story.end_posts("unit_head", "SALES")
    number = story.case(story.start()).number
    story.stand_in("shen.yan", "su.qing", "pub-company-info")
    story.stand_in("shen.yan", "gu.ping", "acc-open-staff")
    told = {login: seen(story, login) for login in ("shen.yan", "su.qing", "tian.ye", "gu.ping", "lin.xia")}
    assert told == {"shen.yan": [number], "su.qing": [number], "tian.ye": [number], "gu.ping": [], "lin.xia": []}
