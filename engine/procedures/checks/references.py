"""Every reference leads somewhere: flows, boundary events, defaults, lanes, data, and within one level."""

from collections.abc import Iterator

from engine.kernel.document import Flow, Node
from engine.procedures.checks.base import Scene, error
from engine.procedures.checks.elements import TASKS
from engine.procedures.findings import Finding


def check(scene: Scene) -> Iterator[Finding]:
    for flow in scene.process.flows:
        yield from _flow(scene, flow)
    for node in scene.process.nodes:
        if node.kind == "boundaryEvent":
            yield from _boundary(scene, node)
        if node.default and node.default not in {flow.id for flow in node.outgoing}:
            yield error(
                "default_dangling", node,
                "「{at}」的默认路线 {flow} 不是从它出发的连线;请重新指定。",
                "The default flow {flow} of “{at}” does not leave it; choose it again.",
                flow=node.default,
            )  # fmt: skip
    yield from _lanes(scene)
    yield from _data(scene)


def _flow(scene: Scene, flow: Flow) -> Iterator[Finding]:
    ends = [scene.process.by_id.get(flow.source), scene.process.by_id.get(flow.target)]
    for end, reference in zip(ends, (flow.source, flow.target), strict=True):
        if end is None:
            yield error(
                "flow_dangling", flow,
                "连线「{at}」的一端指向不存在的元素「{end}」;请重新连接。",
                "The flow “{at}” has an end at “{end}”, which does not exist; connect it again.",
                end=reference,
            )  # fmt: skip
            return
    if {end.scope for end in ends if end} != {flow.scope}:
        yield error(
            "flow_across", flow,
            "连线「{at}」穿过了子流程的边界;请在同一层内连接。",
            "The flow “{at}” crosses the border of a subprocess; connect within one level.",
        )  # fmt: skip
    elif (ends[0] and ends[0].kind == "endEvent") or (ends[1] and ends[1].kind in ("startEvent", "boundaryEvent")):
        yield error(
            "flow_direction", flow,
            "连线「{at}」从结束事件出发,或进入开始事件、边界事件;请反向或删除。",
            "The flow “{at}” leaves an end event or enters a start or boundary event; turn or remove it.",
        )  # fmt: skip


def _boundary(scene: Scene, node: Node) -> Iterator[Finding]:
    host = scene.process.by_id.get(node.attached_to)
    if host is None or host.kind not in TASKS or host.scope != node.scope:
        yield error(
            "boundary_dangling", node,
            "边界事件「{at}」没有附着在同一层的任务或子流程上;请重新附着。",
            "The boundary event “{at}” is not attached to a task or subprocess of its level; attach it again.",
        )  # fmt: skip


def _lanes(scene: Scene) -> Iterator[Finding]:
    known = set(scene.process.by_id)
    for lane in scene.process.lanes:
        for member in lane.members:
            if member not in known:
                yield error(
                "lane_dangling", lane,
                    "泳道「{at}」引用了不存在的元素「{member}」;请删除该引用。",
                    "The lane “{at}” references “{member}”, which does not exist; remove the reference.",
                    member=member,
                )  # fmt: skip


def _data(scene: Scene) -> Iterator[Finding]:
    objects = {one.id: one for one in scene.process.data if one.kind == "dataObject"}
    references = {one.id for one in scene.process.data if one.kind == "dataObjectReference"}
    around = {node.id: node.scope for node in scene.process.nodes if node.container}
    for one in scene.process.data:
        if one.kind == "dataObjectReference":
            target, level, seen = objects.get(one.target), one.scope, {""}
            while target is not None and level != target.scope and level not in seen:
                seen.add(level)
                level = around.get(level, "")
            if target is None or level != target.scope:
                yield error(
                    "data_dangling", one,
                    "数据引用「{at}」指向的数据对象不存在;请重新指定或删除。",
                    "The data reference “{at}” points to no data object here; choose it again or remove it.",
                )  # fmt: skip
    for node in scene.process.nodes:
        for used in (*node.reads, *node.writes):
            if used and used not in references:
                yield error(
                    "data_association_dangling", node,
                    "「{at}」读写的数据引用「{data}」不存在;请重新连接。",
                    "“{at}” reads or writes the data reference “{data}”, which does not exist; connect it again.",
                    data=used,
                )  # fmt: skip
