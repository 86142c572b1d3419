"""Elements that are called otherwise in another version: which are gone, and which new ones may stand for them."""

from collections.abc import Mapping

from engine.kernel.specs import Process
from engine.procedures.version import Version


def elements_of(version: Version) -> frozenset[str]:
    """The ids of everything drawn, in the process and in those it calls."""
    return frozenset(name for one in _processes(version) for name in one.task_specs if not name.startswith(">"))


def choices(old: Version, new: Version) -> dict[str, dict[str, str]]:
    """Each element of the old version that is gone, with the new ones it may be called now and their names."""
    gone, come = elements_of(old) - elements_of(new), elements_of(new) - elements_of(old)
    before, after = _kinds(old), _kinds(new)
    return {
        one: {to: new.step_name(to) for to in sorted(come) if after[to] == before[one]}
        for one in sorted(gone)
        if before[one]
    }


def _processes(version: Version) -> list[Process]:
    processes: Mapping[str, Process] = version.specification.processes
    return list(processes.values())


def _kinds(version: Version) -> dict[str, tuple[str, str] | None]:
    """What kind of element each is that a case can stand at, and what it is for; None for gateways and ends."""
    return {
        name: _kind(spec, f">each {name}" in process.task_specs)
        for process in _processes(version)
        for name, spec in process.task_specs.items()
        if not name.startswith(">")
    }


def _kind(spec: object, repeated: bool) -> tuple[str, str] | None:
    described: dict[str, object] = getattr(spec, "described", {})
    drawn = str(described["kind"])
    if drawn in ("userTask", "manualTask", "task"):
        props: dict[str, str] = getattr(spec, "props", {})
        return ("people together" if repeated else "people", props.get("kind", ""))
    waits = drawn in ("intermediateCatchEvent", "boundaryEvent", "receiveTask", "eventBasedGateway")
    return (drawn, "") if waits or "calls" in described else None
