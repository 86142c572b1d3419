"""Only elements on the white list may stand in a diagram; every other one is named."""

from collections.abc import Iterator

from lxml import etree

from engine.kernel.document import NODES, SUBPROCESSES
from engine.kernel.xml import BPMN, SPIFF
from engine.procedures.checks.base import Scene, say
from engine.procedures.findings import Finding

TASKS = frozenset(
    "task userTask manualTask serviceTask businessRuleTask sendTask receiveTask callActivity subProcess".split()
)
_NODES = TASKS | frozenset(
    "startEvent endEvent intermediateCatchEvent intermediateThrowEvent boundaryEvent exclusiveGateway "
    "parallelGateway inclusiveGateway eventBasedGateway".split()
)
_QUIET = frozenset(  # carries nothing that runs
    "documentation extensionElements incoming outgoing textAnnotation association group auditing monitoring "
    "property performer humanPerformer potentialOwner resourceRole rendering supportedInterfaceRef "
    "laneSet sequenceFlow dataObject dataObjectReference dataInputAssociation dataOutputAssociation "
    "multiInstanceLoopCharacteristics standardLoopCharacteristics categoryValueRef".split()
)
_REFUSED = {  # element -> code, what it is, what to use instead
    "scriptTask": ("script", "脚本任务", "a script task", "人工任务或服务任务", "a human or service task"),
    "complexGateway": ("complex_gateway", "复杂网关", "a complex gateway", "其他网关", "another gateway"),
    "adHocSubProcess": ("ad_hoc", "自由子流程", "an ad-hoc subprocess", "普通子流程", "a plain subprocess"),
    "transaction": ("transaction", "事务子流程", "a transaction", "普通子流程", "a plain subprocess"),
    "dataStoreReference": ("data_store", "数据存储", "a data store", "表单字段", "form fields"),
    "dataStore": ("data_store", "数据存储", "a data store", "表单字段", "form fields"),
    "ioSpecification": ("io_specification", "输入输出规格", "an ioSpecification", "表单字段", "form fields"),
    "correlationSubscription": ("correlation", "关联订阅", "a correlation", "消息名称", "the message's name"),
}
_REFUSED_EXTENSIONS = frozenset(
    "preScript postScript scriptsOnInstances processVariableCorrelation variableName".split()
)


def check(scene: Scene) -> Iterator[Finding]:
    for element in _elements(scene):
        local = etree.QName(element).localname
        parent = element.getparent()
        owner = element if element.get("id") else parent
        if element.tag.startswith(f"{{{SPIFF}}}"):
            owner = _owner(element)
            asks = etree.QName(owner).localname == "businessRuleTask"
            if local in _REFUSED_EXTENSIONS or (local == "calledDecisionId" and not asks):
                yield _extension(owner, local)
        elif local in _REFUSED:
            code, zh, en, instead_zh, instead_en = _REFUSED[local]
            yield _say(code, owner, f"「{{at}}」使用了{zh},系统不运行;请改用{instead_zh}。",
                       f"“{{at}}” uses {en}, which is not run here; use {instead_en} instead.")  # fmt: skip
        elif local in SUBPROCESSES and element.get("triggeredByEvent") == "true":
            yield _say("event_subprocess", element, "「{at}」是事件子流程,系统不运行;请改用边界事件。",
                       "“{at}” is an event subprocess, which is not run here; use a boundary event.")  # fmt: skip
        elif (local in NODES and local not in _NODES) or (parent is not None and _strange(element, parent)):
            yield _say("element_unknown", owner, f"「{{at}}」含有系统不运行的元素 {local},请删除或改画。",
                       f"“{{at}}” has the element {local}, which is not run here; remove or redraw it.")  # fmt: skip
        elif element.get("isForCompensation") == "true":
            yield _say("compensation", element, "「{at}」是补偿活动,系统不运行;请删除该标记。",
                       "“{at}” is for compensation, which is not run here; remove the mark.")  # fmt: skip
        elif element.get("instantiate") == "true":
            yield _say("instantiate", element, "「{at}」会自行发起流程,系统不支持;请以开始事件发起。",
                       "“{at}” would start the process by itself; start it with a start event.")  # fmt: skip
        elif {element.get("startQuantity", "1"), element.get("completionQuantity", "1")} != {"1"}:
            yield _say("token_quantity", element, "「{at}」设置了令牌数量,系统不支持;请删除该设置。",
                       "“{at}” sets token quantities, which are not supported; remove them.")  # fmt: skip


def _elements(scene: Scene) -> Iterator[etree._Element]:
    """The process, its flow elements and their direct children, and our own extensions."""
    found = scene.document.element(scene.process)
    for element in found.iter():
        if not isinstance(element.tag, str) or element is found:
            continue
        if element.tag.startswith((f"{{{BPMN}}}", f"{{{SPIFF}}}")):
            yield element


def _strange(element: etree._Element, parent: etree._Element) -> bool:
    """An unknown BPMN element directly inside a process, a subprocess or a node."""
    local, around = etree.QName(element).localname, etree.QName(parent).localname
    if around != "process" and around not in _NODES:
        return False
    return local not in _NODES and local not in _QUIET and not local.endswith("EventDefinition")


def _owner(element: etree._Element) -> etree._Element:
    for one in element.iterancestors():
        if etree.QName(one).localname in NODES:
            return one
    return element


def _extension(owner: etree._Element, local: str) -> Finding:
    code = "script" if "cript" in local else "extension_unknown"
    return _say(code, owner, f"「{{at}}」带有 {local},系统不运行脚本和此类扩展;请删除。",
                f"“{{at}}” carries {local}; scripts and such extensions are not run here; remove it.")  # fmt: skip


class _Place:
    def __init__(self, element: etree._Element):
        self.id = element.get("id", "")
        self.name = " ".join(element.get("name", "").split())
        self.line = element.sourceline


def _say(code: str, element: etree._Element, zh: str, en: str) -> Finding:
    return say("error", code, _Place(element), zh, en)
