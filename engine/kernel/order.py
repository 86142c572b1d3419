"""What comes after what on one level, loops left out, and in which split blocks an element lies."""

from dataclasses import dataclass

from engine.kernel.gateways import Join
from engine.kernel.specs import Process


@dataclass
class Order:
    """`ways`: element -> what a token reaches next without going back."""

    ways: dict[str, list[str]]
    nests: dict[str, tuple[str, ...]]
    _after: dict[str, frozenset[str]]

    def after(self, name: str) -> frozenset[str]:
        """Everything a token at the element may still come to."""
        if name not in self._after:
            seen: set[str] = set()
            stack = list(self.ways.get(name, ()))
            while stack:
                one = stack.pop()
                if one not in seen:
                    seen.add(one)
                    stack += self.ways.get(one, ())
            self._after[name] = frozenset(seen)
        return self._after[name]

    def before(self, name: str) -> frozenset[str]:
        return frozenset(one for one in self.ways if name in self.after(one))

    def ends_without(self, process: Process, name: str, other: str) -> bool:
        """Whether a token at the element can leave the level without coming by the other, loops and all."""
        seen, stack = {other}, [name]
        while stack:
            one = stack.pop()
            if one not in seen:
                seen.add(one)
                following = _next(process, one)
                if not following:
                    return True
                stack += following
        return False

    def nest(self, name: str) -> tuple[str, ...]:
        """The gateways whose branches are not joined yet where the element stands, outermost first."""
        return self.nests.get(name, ())


def order_of(process: Process) -> Order:
    """Walk the level from its start, depth first; a way to an element on the path walked is one back."""
    start = process.start.name
    ways: dict[str, list[str]] = {start: []}
    nests: dict[str, tuple[str, ...]] = {start: ()}
    path, stack = {start}, [(start, iter(_next(process, start)))]
    while stack:
        name, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            path.discard(stack.pop()[0])
        elif following not in path:
            ways[name].append(following)
            if following not in ways:
                ways[following], nests[following] = [], _nest(process, name, following, nests[name])
                path.add(following)
                stack.append((following, iter(_next(process, following))))
    return Order(ways, nests, {})


def _next(process: Process, name: str) -> list[str]:
    return list(dict.fromkeys(process.task_specs[name]._outputs))


def _nest(process: Process, name: str, following: str, nest: tuple[str, ...]) -> tuple[str, ...]:
    before, after = process.task_specs[name], process.task_specs[following]
    if isinstance(before, Join) and len(before._outputs) > 1:
        nest = (*nest, name)
    return nest[:-1] if isinstance(after, Join) and len(after._inputs) > 1 else nest
