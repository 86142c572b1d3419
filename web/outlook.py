"""Who is next while a form is filled in: the very action tried and undone, once for each way out of a step."""

from dataclasses import dataclass
from typing import Any

from engine import actions
from engine.actions.outlook import Outlook, outlook
from engine.desk import Desk
from engine.procedures.forms import questions
from engine.queries import TaskView
from engine.text import Text
from web import posted, wiring
from web.sessions import me

CHECKS = "120 per minute"  # per person; a page asks when the keys have rested
NO_WORDS = "…"  # stands for a reason not yet written: it moves nobody


@dataclass(frozen=True)
class Way:
    """One way out of a step: the button's label (none where there is one button) and what it leads to."""

    decision: str
    label: Text | None
    outlook: Outlook | None


def of_start(slug: str, answers: dict[str, Any], wrong: dict[str, list[Text]]) -> list[Way]:
    """Whom a submission would reach; where something is still wrong, only what."""
    if wrong:
        return [Way("", None, Outlook(missing=wrong))]
    return [Way("", None, _look(lambda desk: actions.start(desk, slug, answers)))]


def of_task(view: TaskView, answers: dict[str, Any], wrong: dict[str, list[Text]]) -> list[Way]:
    """Whom each decision, or the only button, would reach."""
    if wrong:
        return [Way("", None, Outlook(missing=wrong))]
    options = view.form.decision_options if view.form else ()
    if not options:
        return [Way("", None, _look(lambda desk: actions.decide(desk, view.id, answers)))]
    return [Way(each.value, each.label, _decided(view, answers, each.value)) for each in options]


def _decided(view: TaskView, answers: dict[str, Any], decision: str) -> Outlook | None:
    given = answers | {"decision": decision}
    asked = questions(view.form.fields) if view.form else ()
    if any(each.key == "comment" for each in asked) and not given.get("comment"):
        given["comment"] = NO_WORDS
    return _look(lambda desk: actions.decide(desk, view.id, given))


def _look(call: Any) -> Outlook | None:
    wiring.close_look()
    there = wiring.house()
    return outlook(there.engine, there.office, me().id, call, now=wiring.now())


def desk() -> Desk:
    return Desk(wiring.look(), me(), wiring.now(), wiring.house().office)


def missing(ways: list[Way], sheet: posted.Sheet) -> list[Text]:
    """The labels of what is still missing or wrong, each once."""
    labels = sheet.labels()
    places = [place for way in ways if way.outlook for place in way.outlook.missing]
    return list(dict.fromkeys(labels.get(place.partition("[")[0], Text(place, place)) for place in places))
