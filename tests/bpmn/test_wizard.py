"""What the wizards make: for every family a folder without findings, legible, whose stories go as told."""

import base64
import re
from itertools import islice
from pathlib import Path

import pytest

from engine.errors import Invalid
from engine.operations import OPERATIONS
from engine.procedures.company import load_company
from engine.procedures.folder import laid_out
from engine.procedures.inspector import look_at
from engine.procedures.package import load_package
from engine.procedures.wizard import FAMILIES, Answers, Posts, made
from engine.procedures.wizard.posts import APPLICANT, OWN_HEAD
from engine.text import Text
from engine.walks import WalkOffice, live_procedure
from tests.bpmn.drawing import Drawing
from tests.bpmn.legible import CHECKS

WORDS = re.compile(r"[a-z][a-z]*(_[a-z]+)*")
COMPANY = load_company()
ORGANISATIONS = ["HQ", "TRADE", "BANK", "UNIV", "SCH", "HOSP", "COM", "WF"]
AROUND = {
    "parts": {},
    "process": None,
    "operations": sorted(OPERATIONS),
    "roles": [name for role in COMPANY.roles for name in (role.id, role.name.zh)],
    "units": [name for unit in COMPANY.units for name in (unit.code, unit.name.zh, *unit.aliases)],
    "foreign": False,
}


def answers(family="F2", organisation="HQ", reviews=1, own=True, **changes) -> Answers:
    """Answers with so many reviews; whose posts these are goes through the organisation."""
    posts = Posts(COMPANY, organisation)
    offered = [one.value for one in posts.actors()]
    told = {
        "family": family,
        "slug": "made-by-wizard",
        "title": Text("向导做的流程", "Made by a wizard"),
        "organisation": organisation,
        "owner": posts.owners()[0].value,
        "starter": posts.starters()[0].value,
        "reviewers": (OWN_HEAD, *offered[1:])[:reviews],
        "approver": offered[0],
        "doer": APPLICANT if own and not FAMILIES[family].opens_account else offered[-1],
    }
    return Answers(**{**told, **changes})


SPREAD = [
    pytest.param(family, ORGANISATIONS[(number + turn) % 8], reviews, turn == 1, id=f"{family}-{turn}-{reviews}")
    for number, family in enumerate(FAMILIES)
    for turn, reviews in enumerate([number % 4, (number + 2) % 4])
]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return WalkOffice(tmp_path_factory.mktemp("wizard"))


@pytest.mark.parametrize(("family", "organisation", "reviews", "own"), SPREAD)
def test_what_a_wizard_makes_passes_every_check_and_lives_its_stories(office, family, organisation, reviews, own):
    told = answers(family, organisation, reviews, own)
    files = {name: text.encode() for name, text in made(told, Posts(COMPANY, organisation)).items()}
    assert findings(told.slug, files) == []
    with laid_out(files, told.kind.shelf, told.slug) as folder:
        assert drawing_faults(folder / f"{told.slug}.bpmn") == []
        package = load_package(folder)
        office._houses.clear()  # the folders of this test have one name
        lived = live_procedure(office, package)
    assert {one.walk: one.failure for one in lived.failures} == {}
    assert lived.missing() == []
    decides = reviews + (not told.kind.after)
    states = [walk.get("expect", {}).get("state") for walk in package.walks]
    assert (states.count("rejected"), states.count("done")) == (decides, 1)
    human = {step for one in package.manifest["defaults"] for step in one.get("steps", [])}
    assert len(human) == 2 + reviews + 1


def findings(slug: str, files: dict[str, bytes]) -> list[str]:
    ordered = sorted(files, key=lambda name: not name.endswith(".bpmn"))
    packed = {name: base64.b64encode(files[name]).decode() for name in ordered}
    return [f"{one['code']} {one['element']}" for one in look_at(AROUND | {"slug": slug, "files": packed})]


def drawing_faults(path: Path) -> list[tuple[str, ...]]:
    drawing = Drawing(path)
    wrong = [(name, *fault) for name, check in CHECKS.items() for fault in islice(check(drawing), 3)]
    return wrong + [(name, "is no word") for name in [*drawing.nodes, *drawing.flows] if not WORDS.fullmatch(name)]


def test_content_changed_between_two_approvals_goes_back():
    for reviews, walks in ((0, False), (1, True)):
        files = made(answers("F1", reviews=reviews), Posts(COMPANY, "HQ"))
        assert ("approval_void" in files["walks.json"]) == walks
        assert ("check_approval" in files["made-by-wizard.bpmn"]) == walks


def test_the_same_post_twice_means_two_people():
    twice = 'role("企管办", unit("企管办"))'
    files = made(answers(reviewers=(twice,), approver=twice), Posts(COMPANY, "HQ"))
    assert 'name="separate" value="submit,first_review"' in files["made-by-wizard.bpmn"]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"slug": "Not A Code"}, "slug"),
        ({"title": Text("", "Empty")}, "title"),
        ({"title": Text("长" * 101, "Long")}, "title"),
        ({"title": Text("断\x00开", "Broken")}, "title"),
        ({"approver": 'role("门店", unit("综超一店"))'}, "approver"),  # of another organisation
        ({"doer": "anybody"}, "doer"),
        ({"family": "F6", "doer": APPLICANT}, "doer"),  # opens an account for oneself
        ({"starter": "applicant"}, "starter"),
        ({"reviewers": (OWN_HEAD,) * 4}, "reviewers"),
        ({"review_days": 0}, "review_days"),
        ({"carry_days": 31}, "carry_days"),
        ({"reviewers": ('head_of(unit("企管部"))',), "approver": 'head_of(unit("企管部"))'}, "approver"),  # one holder
    ],
)
def test_answers_that_make_no_procedure_are_refused_at_their_question(changes, place):
    with pytest.raises(Invalid) as refused:
        made(answers(**changes), Posts(COMPANY, "HQ"))
    assert set(refused.value.fields) == {place}


def test_a_name_may_hold_any_sign():
    files = made(answers(title=Text('<新>&"流程"', "New")), Posts(COMPANY, "HQ"))
    assert findings("made-by-wizard", {name: text.encode() for name, text in files.items()}) == []
