"""Whether something is a figure that the rules can work with: it is read, and its check tried on sample content."""

from typing import Any

from engine.rules.content import ELSEWHERE, check_of
from engine.rules.draft import PROSE, Around, Draft
from engine.rules.figures import read
from engine.rules.media import FileFacts

PICTURE = FileFacts("0" * 64, 1, "x.jpg", "image/jpeg", "jpg", 1, 1, camera="x")
FILM = FileFacts("1" * 64, 1, "x.mp4", "video/mp4", "mp4", 1, 1, 1.0)
SAMPLE = dict.fromkeys(PROSE, "x") | {
    "images": [PICTURE.reference()],
    "videos": [FILM.reference()],
    "links": [{"url": "https://example.cn", "description": "x"}],
    "secrecy": "internal",
    "source": "x",
    "needs_reply": False,
    "on_site_photo": True,
    "mailbox": "x@example.cn",
    "real_name": "x",
    "nickname": "x",
    "new_password": "x",
    "valid_until": "1970-01-01",
    "requested_on": "1970-01-01",
    "listed_from": "1970-01-01",
    "listed_until": "1970-01-01",
    "valid_from": "1970-01-02",
}
DRAFTS = (Draft({}, []), Draft(SAMPLE, [PICTURE, FILM], around=Around(external=True)))
WRONG = (TypeError, ValueError, LookupError, AttributeError, OSError)


def is_figure(data: Any) -> bool:
    """Of a rule that exists, with a level, a day and a whole clause, and of the kind that its check expects."""
    try:
        (figure,) = read([data])
        check = check_of(figure)
        if check is None:
            return figure.rule in ELSEWHERE
        return all(violation.text for draft in DRAFTS for violation in check(figure, draft))
    except WRONG:
        return False
