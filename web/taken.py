"""A file that was made for one person and goes out at once: nothing of it stays here."""

from flask import Response, send_file

from engine.exporting import Exported
from engine.exports import FORMATS
from engine.numbers import OFFICE_ZONE
from web import wiring


def sent(done: Exported, format: str) -> Response:
    """The file that was just made; nothing of it stays here."""
    file = done.path.open("rb")
    size = done.path.stat().st_size
    done.path.unlink()
    response = send_file(file, FORMATS[format].type, as_attachment=True, download_name=named(format))
    response.content_length = size
    return response


def named(format: str) -> str:
    return f"cases-{wiring.now().astimezone(OFFICE_ZONE):%Y%m%d-%H%M}.{FORMATS[format].suffix}"
