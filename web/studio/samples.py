"""Sample files in the place of uploads: chosen by name, made on the spot."""

from typing import Any

from flask import request

from engine.procedures.forms import Field, Form, questions
from engine.text import Text

PICTURES = (("jpeg:1500000", "JPEG 1.5 MB"), ("jpeg:300000", "JPEG 300 KB"), ("png:0", "PNG"), ("gif:0", "GIF"))
VIDEOS = (("mp4:5000000", "MP4 5 MB"), ("mov:0", "MOV"), ("wmv:0", "WMV"))
PAPERS = (("pdf:0", "PDF"), ("docx:0", "DOCX"), ("jpeg:300000", "JPEG 300 KB"))
CHOICES = {"image": PICTURES, "video": VIDEOS}
NONE = ("", Text("不附文件", "no file"))


def files(form: Form | None) -> list[Field]:
    """The questions that take files."""
    return [each for each in questions(form.fields) if each.type == "filepicker"] if form else []


def choices(each: Field) -> list[tuple[str, str | Text]]:
    """What may be attached, the suitable one first; an optional question begins with nothing."""
    found: list[tuple[str, str | Text]] = [*CHOICES.get(str(each.properties.get("media")), PAPERS)]
    return [*found, NONE] if each.required else [NONE, *found]


def posted_samples(form: Form | None) -> dict[str, list[dict[str, Any]]]:
    """The samples chosen, as answers of a story."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in files(form):
        chosen = request.form.get(f"_sample.{each.key}", "")
        if chosen in dict(choices(each)) and chosen:
            kind, _, size = chosen.partition(":")
            found[each.key] = [{"make": kind, "bytes": int(size)}]
    return found
