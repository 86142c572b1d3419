"""Where the built front end lies: names with hashes, found through the manifest of the build."""

import json
from functools import lru_cache
from pathlib import Path

from flask import url_for

DIST = Path(__file__).parent / "static" / "dist"


@lru_cache(maxsize=4)
def _manifest(changed: float) -> dict[str, str]:
    del changed  # the key: a new build is seen without a restart
    found: dict[str, str] = json.loads((DIST / "manifest.json").read_text())
    return found


def asset(name: str) -> str:
    """The address of a built file; of its plain name when nothing was built yet."""
    manifest = DIST / "manifest.json"
    if not manifest.exists():
        return url_for("static", filename=f"dist/{name}")
    return url_for("static", filename=f"dist/{_manifest(manifest.stat().st_mtime)[name]}")
