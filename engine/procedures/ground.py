"""What a case can be replayed on: the specification, forms and step names of a version or a draft."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from engine.kernel import Specification, specify
from engine.kernel.document import Document
from engine.procedures.forms import Form
from engine.procedures.forms.limits import parse
from engine.procedures.package import Package
from engine.procedures.version import Version


@dataclass(frozen=True, eq=False)
class Ground:
    """What a case is replayed on; `named` leads from the name of a step to its id."""

    specification: Specification
    form: Callable[[Mapping[str, str]], Form | None]  # of a step with these properties, as it may use it
    properties: Mapping[str, Mapping[str, str]]
    steps: Mapping[str, str]  # id -> name, of every element
    followed: set[bytes] = field(default_factory=set)  # what went as recorded here, see likeness.py

    def here(self, step: str, names: Mapping[str, str]) -> str:
        """The step of that id; where it is gone, the one human step of the same name."""
        if step in self.properties:
            return step
        same = [one for one in self.properties if self.steps.get(one) == names.get(step)]
        return same[0] if len(same) == 1 else step


@lru_cache(maxsize=500)
def ground_of(version: Version) -> Ground:
    """What the cases of a version run on; one for all that are replayed on it."""
    return Ground(version.specification, version.form_at, version.manifest["properties"], version.manifest["steps"])


def ground_of_package(package: Package) -> Ground:
    """What cases would run on if this folder were a version; DiagramError where it cannot run."""
    documents = {name: Document.read(text) for name, text in package.documents.items()}
    nodes = [node for document in documents.values() for process in document.processes for node in process.nodes]

    @cache
    def made(key: str, limits: str) -> Form:
        return Form(package.forms[key], key, parse(limits)) if limits else Form(package.forms[key], key)

    def form(properties: Mapping[str, str]) -> Form | None:
        key = properties.get("form", "")
        return made(key, properties.get("fields", "")) if key in package.forms else None

    return Ground(
        specify(documents, package.process, package.tables),
        form,
        {node.id: node.properties for node in nodes if node.human},
        {node.id: node.name or node.id for node in nodes},
    )
