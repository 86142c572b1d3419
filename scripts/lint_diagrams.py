"""Asks another tool about every diagram of bpmn/: does it open without a warning, does it keep the common rules."""

import sys

from scripts.build_front_end import FRONT, with_packages
from scripts.console import attempt, end_quietly_on_interrupt


def main() -> int:
    done = attempt(["node", "lint.mjs", *sys.argv[1:]], env=with_packages(), cwd=FRONT)
    print(done.stdout, end="")
    return done.returncode


if __name__ == "__main__":
    end_quietly_on_interrupt()
    raise SystemExit(main())
