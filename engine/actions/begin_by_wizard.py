"""向导: a new procedure begins with what a wizard made of somebody's answers."""

from engine.actions.procedure_drafts import new_draft
from engine.desk import Desk
from engine.policy import check_house
from engine.procedures.company import load_company
from engine.procedures.wizard import Answers, Posts, blank, made
from engine.text import Text


def begin_by_wizard(desk: Desk, answers: Answers) -> int:
    """The number of the new draft; Invalid with what is wrong by question, Conflict where the code is taken."""
    check_house(desk.person.roles, "publish")
    files = made(answers, Posts(load_company(), answers.organisation))
    return new_draft(desk, answers.slug, answers.kind.shelf, files)


def begin_blank(desk: Desk, slug: str, title: Text, organisation: str, owner: str, starter: str) -> int:
    """The same with nothing drawn but a start."""
    check_house(desk.person.roles, "publish")
    posts = Posts(load_company(), organisation)
    shelf = "publishing" if slug.startswith("pub-") else "office"
    return new_draft(desk, slug, shelf, blank(slug, title, organisation, owner, starter, posts))
