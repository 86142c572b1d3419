"""向导: a few answers become the folder of a procedure that passes the checks and lives its stories."""

from engine.procedures.wizard.answers import MOST_REVIEWS, Answers, checked
from engine.procedures.wizard.blank import blank
from engine.procedures.wizard.families import FAMILIES, Family
from engine.procedures.wizard.folder import made
from engine.procedures.wizard.posts import Choice, Posts

__all__ = ["FAMILIES", "MOST_REVIEWS", "Answers", "Choice", "Family", "Posts", "blank", "checked", "made"]
