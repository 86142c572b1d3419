"""Who can come after whom in a process, subprocesses and boundary events included."""

from collections.abc import Iterable, Mapping

from engine.kernel.document import Process

Graph = Mapping[str, frozenset[str]]


def successors(process: Process) -> Graph:
    """Node id -> ids of the nodes a token may reach next, into and out of subprocesses."""
    after: dict[str, set[str]] = {node.id: set() for node in process.nodes}
    for node in process.nodes:
        after[node.id].update(flow.target for flow in node.outgoing if flow.target in after)
        if node.kind == "boundaryEvent" and node.attached_to in after:
            after[node.attached_to].add(node.id)
        if node.scope != process.id and node.scope in after:
            if node.kind == "startEvent":
                after[node.scope].add(node.id)
            elif not node.outgoing:
                after[node.id].add(node.scope)
    return {one: frozenset(others) for one, others in after.items()}


def predecessors(graph: Graph) -> Graph:
    before: dict[str, set[str]] = {one: set() for one in graph}
    for one, others in graph.items():
        for other in others:
            before[other].add(one)
    return {one: frozenset(others) for one, others in before.items()}


def reach(graph: Graph, starts: Iterable[str], *, stop: Iterable[str] = ()) -> set[str]:
    """Everything reachable from the starts (they included) without going on behind a stop."""
    seen: set[str] = set()
    stack, halt = list(starts), set(stop)
    while stack:
        one = stack.pop()
        if one in seen:
            continue
        seen.add(one)
        if one not in halt:
            stack.extend(graph.get(one, ()))
    return seen


def circles(graph: Graph) -> list[set[str]]:
    """The strongly connected parts that hold a circle (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_, found = [], []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        open_.append(root)
        while work:
            one, rest = work[-1]
            following = next((other for other in rest if other in graph), None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[one])
                if low[one] == index[one]:
                    part = set()
                    while one not in part:
                        part.add(open_.pop())
                    found.append(part)
            elif following not in index:
                index[following] = low[following] = len(index)
                open_.append(following)
                work.append((following, iter(graph[following])))
            elif following in open_:
                low[one] = min(low[one], index[following])
    return [part for part in found if len(part) > 1 or any(one in graph[one] for one in part)]
