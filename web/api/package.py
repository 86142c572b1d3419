"""A procedure's folder that comes as a zip or as JSON, laid out on disk for as long as it is looked at."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import orjson

from engine import queries
from engine.actions.publish import Unfit, around
from engine.errors import Invalid, NotFound
from engine.procedures.findings import blocking
from engine.procedures.folder import laid_out
from engine.procedures.inspect import inspect
from engine.procedures.package import load_package
from engine.text import Text
from web import wiring
from web.api.call import Call

_SLUG = re.compile(r"[a-z][a-z0-9-]{0,59}")

_NO_SLUG = Text("缺少 procedure.json 或其中的 slug。", "procedure.json or its slug is missing.")


@contextmanager
def checked(files: dict[str, bytes], call: Call) -> Iterator[tuple[dict[str, str], str]]:
    """These files as texts and their family, fit to be published; Invalid, BadPackage or Unfit says what is wrong."""
    slug = _slug(files)
    family = _family(slug, call)
    with laid_out(files, family, slug) as folder:
        package = load_package(folder)
        known = around(wiring.look())
        wiring.close_look()
        findings = inspect(folder, known)
        if blocking(findings):
            raise Unfit(findings)
        yield package.files, family


def _family(slug: str, call: Call) -> str:
    """Where the procedure stands in the catalogue: as before, else as asked."""
    try:
        return queries.procedure(wiring.look(), call.person, slug).entry.family
    except NotFound:
        return str(call.query.get("family", "office"))


def _slug(files: dict[str, bytes]) -> str:
    try:
        manifest = orjson.loads(files.get("procedure.json", b""))
    except ValueError:
        manifest = None
    slug = manifest.get("slug") if isinstance(manifest, dict) else None
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise Invalid({"files": [_NO_SLUG]})
    return slug
