"""向导: a new procedure begins with what a wizard made of somebody's answers."""

from engine.actions.procedure_drafts import new_draft
from engine.desk import Desk
from engine.policy import check_house
from engine.procedures.company import load_company
from engine.procedures.wizard import Answers, Posts, made


def begin_by_wizard(desk: Desk, answers: Answers) -> int:
    """The number of the new draft; Invalid with what is wrong by question, Conflict where the code is taken."""
    check_house(desk.person.roles, "publish")
    files = made(answers, Posts(load_company(), answers.organisation))
    return new_draft(desk, answers.slug, answers.kind.shelf, files)
