"""All stories of a procedure, and which sequence flows of its diagrams they took."""

import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from engine.actions.found import CATALOGUE
from engine.errors import QianfaError
from engine.kernel.document import Document
from engine.procedures.package import Package, load_package, package_folders
from engine.walks.office import WalkOffice
from engine.walks.runner import Outcome

Flows = dict[str, frozenset[str]]  # by process


@dataclass
class Lived:
    """A procedure whose stories were lived; `drawn` and `taken`: the flows of its own process and of its parts."""

    slug: str
    process: str = ""
    outcomes: list[Outcome] = field(default_factory=list)
    drawn: Flows = field(default_factory=dict)
    taken: frozenset[str] = frozenset()

    @property
    def failures(self) -> list[Outcome]:
        return [one for one in self.outcomes if one.failure]

    def missing(self, process: str | None = None) -> list[str]:
        """The flows of the process (its own) that no story took."""
        return sorted(self.drawn.get(process or self.process, frozenset()) - self.taken)

    def covered(self, process: str | None = None) -> tuple[int, int]:
        """How many of how many flows of the process (its own) were taken."""
        drawn = self.drawn.get(process or self.process, frozenset())
        return len(drawn & self.taken), len(drawn)

    @property
    def plain(self) -> dict[str, Any]:
        """{"outcomes": [{"walk", "failure"}], "process", "drawn": {process: [flows]}, "taken": [flows],
        "coverage": {process: [taken, of]}}, to be kept as JSON."""
        return {
            "outcomes": [{"walk": one.walk, "failure": one.failure} for one in self.outcomes],
            "process": self.process,
            "drawn": {process: sorted(flows) for process, flows in self.drawn.items()},
            "taken": sorted(self.taken),
            "coverage": {process: list(self.covered(process)) for process in self.drawn},
        }


def live_procedure(
    office: WalkOffice,
    package: Package,
    only: str | None = None,
    progress: Callable[[int, int], object] = lambda _done, _of: None,
) -> Lived:
    """Live every story, or only one, each in its own house; `progress` hears how many are done of how many."""
    lived = Lived(package.slug, package.process, drawn=flows_of(package))
    told = [walk for walk in package.walks if only in (None, walk["id"])]
    for number, walk in enumerate(told, 1):
        lived.outcomes.append(office.live(package, walk))
        progress(number, len(told))
    lived.taken = frozenset(flow for one in lived.outcomes for flow in one.flows)
    return lived


def flows_of(package: Package) -> Flows:
    """The ids of the sequence flows of every process of a procedure's diagrams."""
    documents = (Document.read(text) for text in package.documents.values())
    processes = [process for document in documents for process in document.processes]
    return {one.id: frozenset(flow.id for flow in one.flows if not flow.generated) for one in processes}


def walk_procedure(slug: str, catalogue: Path = CATALOGUE, only: str | None = None) -> Lived:
    """The stories of one procedure in an office of this process."""
    with TemporaryDirectory(prefix="qianfa-walk-") as place:
        return _live(WalkOffice(Path(place), catalogue / "company"), slug, catalogue, only)


def walk_procedures(slugs: Iterable[str], workers: int, catalogue: Path = CATALOGUE) -> Iterator[Lived]:
    """The stories of many procedures, lived by several processes; each as it is done."""
    context = get_context("spawn")
    with TemporaryDirectory(prefix="qianfa-walk-") as place:
        pool = ProcessPoolExecutor(workers, context, _open_office, (Path(place), catalogue))
        waiting = {pool.submit(_live_here, slug): slug for slug in slugs}
        try:
            for done in as_completed(waiting):
                error = done.exception()
                yield (
                    Lived(waiting[done], outcomes=[Outcome(waiting[done], "", repr(error))]) if error else done.result()
                )
        finally:
            pool.shutdown(cancel_futures=True)


def uncovered(everything: Iterable[Lived]) -> Flows:
    """The flows of each process that no story took; processes without any are left out.

    A procedure is lived by its own stories, a part by those of all its callers: ids are unique only among these.
    """
    drawn: Flows = {}
    taken: dict[str, set[str]] = defaultdict(set)
    for one in everything:
        drawn |= one.drawn
        for process in one.drawn:
            taken[process] |= one.taken
    return {process: flows - taken[process] for process, flows in drawn.items() if flows - taken[process]}


def _live(office: WalkOffice, slug: str, catalogue: Path, only: str | None = None) -> Lived:
    folder = next((one for one in package_folders(catalogue) if one.name == slug), None)
    if folder is None:
        return Lived(slug, outcomes=[Outcome(slug, "", f"there is no procedure {slug}")])
    try:
        return live_procedure(office, load_package(folder), only)
    except QianfaError as error:  # a folder that cannot be read or published
        return Lived(slug, outcomes=[Outcome(slug, "", error.text.zh)])


_here: tuple[WalkOffice, Path] | None = None  # of a process that lives walks


def _open_office(place: Path, catalogue: Path) -> None:
    global _here
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches everybody; the first process ends the others
    _here = WalkOffice(Path(mkdtemp(dir=place)), catalogue / "company"), catalogue


def _live_here(slug: str) -> Lived:
    assert _here is not None
    office, catalogue = _here
    return _live(office, slug, catalogue)
