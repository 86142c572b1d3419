"""The stories of a procedure, lived once in a test run however many processes ask how they went."""

import fcntl
import pickle
from collections.abc import Callable
from functools import cache

import pytest

from engine.procedures.package import Package, load_package, package_folders
from engine.walks import Lived, WalkOffice, live_procedure
from tests.bpmn.drawing import CATALOGUE

FOLDERS = {folder.name: folder for folder in package_folders(CATALOGUE)}
PARTS = sorted(path.parent.name.replace("-", "_") for path in CATALOGUE.glob("parts/*/procedure.json"))

Live = Callable[[str], Lived]


@cache
def package(slug: str) -> Package:
    return load_package(FOLDERS[slug])


def shared(factory: pytest.TempPathFactory, worker: str) -> Live:
    """`live(slug)`: whoever asks first lives the stories and writes down how they went; the others wait and read."""
    own = factory.mktemp("office")
    base = factory.getbasetemp()
    together = (base if worker == "master" else base.parent) / "lived"
    together.mkdir(exist_ok=True)
    office: list[WalkOffice] = []

    def live(slug: str) -> Lived:
        with (together / slug).open("ab+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if written := file.read():
                return pickle.loads(written)
            if not office:
                office.append(WalkOffice(own))
            lived = live_procedure(office[0], package(slug))
            file.write(pickle.dumps(lived))
            return lived

    return live


def callers(process: str) -> list[str]:
    """The procedures that call a part, directly or not."""
    return [slug for slug in FOLDERS if process in package(slug).parts]
