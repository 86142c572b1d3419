"""A procedure of the catalogue whose reviews may be approved together: the same but for that word in its diagram."""

from dataclasses import replace

from engine import actions
from engine.actions.found import CATALOGUE
from engine.desk import Desk
from engine.procedures.package import load_package
from engine.work import open_task
from tests.support.story import Story


def mark_read(desk: Desk, task_id: int) -> None:
    """What opening the page of a task leaves."""
    actions.mark_opened(desk, task_id, open_task(desk, task_id).row.content_sha256)


def allow_batch(story: Story, folder: str = "publishing/pub-company-info", forms: dict | None = None) -> None:
    """Publish it anew with `batch` among the acts of every deciding step; `forms` take the place of some of its own."""
    package = load_package(CATALOGUE / folder, walks=False)
    documents = {name: _with(text) for name, text in package.documents.items()}
    assert documents != package.documents
    changed = replace(package, documents=documents, forms=package.forms | (forms or {}))
    story.once(None, lambda desk: actions.publish(desk, changed, trusted=True))


def forbid_batch(story: Story, folder: str = "publishing/pub-company-info") -> None:
    """Publish it anew without that word."""
    package = load_package(CATALOGUE / folder, walks=False)
    documents = {name: text.replace(b",batch", b"") for name, text in package.documents.items()}
    assert documents != package.documents
    changed = replace(package, documents=documents)
    story.once(None, lambda desk: actions.publish(desk, changed, trusted=True))


def _with(document: bytes) -> bytes:
    return document.replace(b",batch", b"").replace(b",sign_after", b",sign_after,batch")
