"""What the set-up scripts share: progress lines, commands that stop with a clear sentence, and apt."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"


def end_quietly_on_interrupt() -> None:
    """Ctrl-C during the set-up ends it, without a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def say(sentence: str) -> None:
    """One line of progress, at once, also into a pipe."""
    print(f"==> {sentence}", flush=True)


def stop(sentence: str) -> NoReturn:
    """End the set-up with a sentence that says what to do."""
    print(f"\n*** {sentence}", file=sys.stderr, flush=True)
    raise SystemExit(1)


def run(command: Sequence[str], *, otherwise: str, env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run quietly; when it fails show the end of its output and the sentence `otherwise`."""
    done = attempt(command, env=env, cwd=cwd)
    if done.returncode:
        print(done.stdout[-4000:], file=sys.stderr)
        stop(otherwise)


def attempt(
    command: Sequence[str], *, env: dict[str, str] | None = None, cwd: Path = ROOT
) -> "subprocess.CompletedProcess[str]":
    """Run without input and keep the output; the caller looks at `returncode`."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def pip(*arguments: str) -> list[str]:
    """The command that installs into our virtual environment, in the tested versions."""
    constraints = str(ROOT / "constraints.txt")
    return [
        str(BIN / "python"),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "-q",
        "-c",
        constraints,
        *arguments,
    ]


def apt(*packages: str) -> bool:
    """Install Debian packages when we may; False when we may not or it did not work."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    if attempt(install, env=env).returncode == 0:
        return True
    attempt(["apt-get", "update", "-q"], env=env)
    return attempt(install, env=env).returncode == 0
