"""Makes .venv and installs Qianfa into it: `python3 -m scripts.make_venv runtime|test`."""

import os
import shutil
import sys
import time

if sys.version_info < (3, 11):  # noqa: UP036 - the machine's python3 may be older
    newer = next(filter(None, (shutil.which("python3.%d" % minor) for minor in (13, 12, 11, 14))), None)  # noqa: UP031
    if newer is None:
        sys.exit("*** Qianfa needs Python 3.11 or newer; python3 here is %d.%d." % sys.version_info[:2])  # noqa: UP031
    os.execv(newer, [newer, "-m", "scripts.make_venv", *sys.argv[1:]])  # noqa: S606

from scripts.console import BIN, ROOT, VENV, apt, attempt, end_quietly_on_interrupt, pip, run, say, stop

NO_VENV = (
    "Python here cannot make virtual environments. Install the package python3-venv "
    "(Debian, Ubuntu: `apt install python3-venv`) or virtualenv, then run the command again."
)


def make() -> None:
    """A virtual environment by the first way this machine offers."""
    ways = (
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        [sys.executable, "-m", "virtualenv", "-q", "--clear", str(VENV)],
    )
    if any(attempt(way).returncode == 0 for way in ways):
        return
    if apt("python3-venv") and attempt(ways[0]).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    stop(NO_VENV)


def usable() -> bool:
    return attempt([str(BIN / "python"), "-c", "import pip"]).returncode == 0 if BIN.exists() else False


def main(purpose: str) -> None:
    started = time.monotonic()
    if not usable():
        say("Python: making the virtual environment .venv")
        make()
    what = {"runtime": ".", "test": ".[test]"}[purpose]
    say(f"Python: installing the packages for {'running' if purpose == 'runtime' else 'testing'}")
    run(pip("-e", what), otherwise="The Python packages could not be installed; the reason is above.")
    for stamp in {"runtime", purpose}:
        (VENV / f".{stamp}").touch()
    say(f"Python: ready after {time.monotonic() - started:.0f} s ({ROOT.name}/.venv)")


if __name__ == "__main__":
    end_quietly_on_interrupt()
    main(sys.argv[1])
