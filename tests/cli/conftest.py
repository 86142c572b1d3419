"""The command as a process of its own."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import COMMAND


@dataclass(frozen=True)
class Told:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Told]


@pytest.fixture
def qianfa(tmp_path: Path) -> Command:
    """Run `qianfa` in an empty folder; no run may ever show a traceback."""

    def run(*arguments: object, timeout: float = 60, **environment: str) -> Told:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("QIANFA_", "LC_"))}
        done = subprocess.run(
            [COMMAND, *map(str, arguments)],
            cwd=tmp_path,
            env={**kept, "LANG": "C.UTF-8", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        told = Told(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in told.out + told.err, told
        return told

    return run
