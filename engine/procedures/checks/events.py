"""Each kind of event may only do what the engine really does for it there."""

from collections.abc import Iterator

from engine.kernel.document import EventDefinition, Node
from engine.procedures.checks.base import Scene, error
from engine.procedures.findings import Finding

_MAY = {
    "startEvent": {"none", "message"},
    "endEvent": {"none", "message", "terminate", "error"},
    "intermediateCatchEvent": {"message", "timer"},
    "intermediateThrowEvent": {"none", "message"},
    "boundaryEvent": {"message", "timer"},
    "sendTask": {"message"},
    "receiveTask": {"message"},
}
# a diagram drawn elsewhere is only tried, so it may use all that the engine can run
_MAY_FOREIGN = {
    "startEvent": {"none", "message", "timer", "signal", "conditional", "error", "escalation"},
    "endEvent": _MAY["endEvent"] | {"signal", "escalation"},
    "intermediateCatchEvent": _MAY["intermediateCatchEvent"] | {"signal"},
    "intermediateThrowEvent": _MAY["intermediateThrowEvent"] | {"signal", "escalation"},
    "boundaryEvent": _MAY["boundaryEvent"] | {"signal", "error", "escalation"},
    "sendTask": {"none", "message"},
    "receiveTask": {"none", "message"},
}
_WORDS = {
    "none": ("未定义触发方式", "no trigger"), "message": ("消息", "a message"), "timer": ("定时", "a timer"),
    "signal": ("信号", "a signal"), "error": ("错误", "an error"), "escalation": ("升级", "an escalation"),
    "compensate": ("补偿", "compensation"), "conditional": ("条件", "a condition"), "link": ("链接", "a link"),
    "terminate": ("终止", "termination"), "cancel": ("取消", "a cancellation"),
    "several": ("多个触发", "several triggers"),
}  # fmt: skip
_PLACES = {
    "startEvent": ("开始事件", "a start event"),
    "endEvent": ("结束事件", "an end event"),
    "intermediateCatchEvent": ("中间捕获事件", "an intermediate catch event"),
    "intermediateThrowEvent": ("中间抛出事件", "an intermediate throw event"),
    "boundaryEvent": ("边界事件", "a boundary event"),
    "sendTask": ("发送任务", "a send task"),
    "receiveTask": ("接收任务", "a receive task"),
}


def check(scene: Scene) -> Iterator[Finding]:
    for node in scene.process.nodes:
        if node.kind not in _MAY:
            continue
        kind = node.event()
        allowed = (_MAY_FOREIGN if scene.context.foreign else _MAY)[node.kind]
        if node.kind == "startEvent" and node.scope != scene.process.id:
            allowed = {"none"}
        if kind not in allowed:
            yield _refused(node, kind, allowed)
        elif kind == "message":
            yield from _message(scene, node, node.events[0])
        elif kind == "error" and (node.scope != scene.process.id or scene.callers) and not _caught(scene, node):
            yield error(
                "error_end_uncaught", node,
                "「{at}」在子流程里抛出错误,但没有人接收,外层会当作正常结束;请改用网关判断结果。",
                "“{at}” throws an error out of a subprocess that nothing catches, so the outer process would go "
                "on as if all were well; decide on the outcome with a gateway.",
            )  # fmt: skip


def _caught(scene: Scene, node: Node) -> bool:
    """Whether an error boundary sits on a subprocess around the end event; what that may do is told there."""
    around = {one.attached_to for one in scene.process.nodes if one.event() == "error"}
    nodes = {one.id: one for one in scene.process.nodes}
    scope = node.scope
    while scope in nodes:
        if scope in around:
            return True
        scope = nodes[scope].scope
    return False


def _refused(node: Node, kind: str, allowed: set[str]) -> Finding:
    zh, en = _WORDS.get(kind, (kind, kind))
    place_zh, place_en = _PLACES[node.kind]
    may_zh = "、".join(_WORDS[one][0] for one in sorted(allowed))
    may_en = ", ".join(_WORDS[one][1] for one in sorted(allowed))
    return error(
        f"event_{kind}", node,
        f"{place_zh}「{{at}}」的触发方式是「{zh}」,系统不运行;可用的有:{may_zh}。",
        f"“{{at}}” is {place_en} with {en}, which is not run here; possible: {may_en}.",
    )  # fmt: skip


def _message(scene: Scene, node: Node, event: EventDefinition) -> Iterator[Finding]:
    if not event.reference:
        yield error(
            "message_missing", node,
            "「{at}」没有指明消息,不会等待;请在 messageRef 里引用一个消息。",
            "“{at}” names no message and would not wait; reference one by messageRef.",
        )  # fmt: skip
    elif not scene.document.messages.get(event.reference):
        yield error(
            "message_unknown", node,
            "「{at}」引用的消息 {message} 不存在或没有名称;请在图中定义它。",
            "“{at}” references the message {message}, which does not exist or has no name; define it.",
            message=event.reference,
        )  # fmt: skip
