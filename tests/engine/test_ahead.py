"""Until the last decision is given the applicant may withdraw: the steps that stand before it."""

from engine.kernel.document import Document
from engine.procedures.ahead import before_decision
from tests.bpmn.drawing import CATALOGUE


def before(slug: str, *parts: str) -> set[str]:
    folders = [CATALOGUE / slug, *(CATALOGUE / "parts" / part for part in parts)]
    documents = [Document.read((folder / f"{folder.name}.bpmn").read_bytes()) for folder in folders]
    return before_decision(process for document in documents for process in document.processes)


def test_a_step_that_only_edits_stands_before_the_decision_that_follows():
    assert "edit_article" in before("publishing/pub-unit-platform")


def test_what_follows_the_checked_approval_does_not():
    assert not {"publish_article", "archive_by_unit"} & before("publishing/pub-unit-platform", "archive-publication")


def test_the_steps_of_a_called_process_stand_where_it_is_called():
    steps = before("publishing/pub-group-media", "book-push-slot", "archive-publication")
    assert "answer_with_date" in steps
    assert "archive_by_unit" not in steps


def test_a_way_back_to_the_submission_is_no_decision_ahead():
    assert before("publishing/pub-company-info", "test-and-mass-send", "archive-publication") == {
        "review_by_unit_head",
        "review_by_enterprise_office",
        "approve_by_enterprise_head",
    }
