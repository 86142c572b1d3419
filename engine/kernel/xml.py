"""Read BPMN XML that nobody vouches for: no DTD, no entities, no network, and a cap on everything."""

import re

from lxml import etree

from engine.kernel.errors import DiagramError
from engine.text import Text

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"

MAX_BYTES = 2_000_000
MAX_ELEMENTS = 20_000  # XML elements, the drawing (shapes, way points) included
MAX_DEPTH = 100
MAX_ATTRIBUTES = 100  # of one element
MAX_ATTRIBUTE = 20_000  # characters
MAX_TEXT = 100_000  # characters

_DOCTYPE = re.compile(rb"<\x00?\x00?\x00?!\x00?\x00?\x00?D\x00?\x00?\x00?O\x00?\x00?\x00?C\x00?\x00?\x00?T")
_PACKED = {b"PK\x03\x04": "ZIP", b"\x1f\x8b": "GZIP", b"BZh": "BZIP2", b"7z\xbc\xaf": "7Z", b"\xfd7zXZ": "XZ"}


def parse_xml(data: bytes) -> etree._Element:
    """The `definitions` element of a BPMN 2.0 document; a DiagramError says what is wrong and where."""
    root = harmless_xml(data)
    _expect_bpmn(root)
    return root


def harmless_xml(data: bytes) -> etree._Element:
    """The root of an XML document of any kind that keeps within the caps; raises DiagramError."""
    _refuse_at_sight(data)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(data, error) from None
    except (ValueError, LookupError):
        raise DiagramError("xml_encoding", _ENCODING) from None
    if root is None:
        raise DiagramError("xml_empty", _EMPTY)
    info = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None or info.externalDTD is not None:
        raise DiagramError("xml_dtd", _DTD)
    _measure(root)
    return root


def _refuse_at_sight(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise DiagramError("xml_too_large", _TOO_LARGE, limit=f"{MAX_BYTES // 1_000_000} MB")
    if not data.strip():
        raise DiagramError("xml_empty", _EMPTY)
    for magic, kind in _PACKED.items():
        if data.startswith(magic):
            raise DiagramError("xml_compressed", _COMPRESSED, kind=kind)
    if data.count(b"<") > 3 * MAX_ELEMENTS:  # start tags, end tags and a share of comments
        raise DiagramError("xml_too_many_elements", _TOO_MANY, limit=MAX_ELEMENTS)
    if not data.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
        raise DiagramError("xml_not_xml", _NOT_XML)


def _not_well_formed(data: bytes, error: etree.XMLSyntaxError) -> DiagramError:
    if _DOCTYPE.search(data):
        return DiagramError("xml_dtd", _DTD)
    line, column = error.position
    # the library quotes the file in its message; findings make it plain before anybody sees it
    reason = re.sub(r", line \d+, column \d+.*", "", error.msg or "", flags=re.S)
    if "depth" in reason.lower():
        return DiagramError("xml_too_deep", _TOO_DEEP, line=line, limit=MAX_DEPTH)
    text = _BROKEN.fill(line=line, column=column, reason=reason[:160])
    return DiagramError("xml_broken", text, line=line)


def _measure(root: etree._Element) -> None:
    """Walk once, without recursion, and stop at the first cap passed."""
    stack, count = [(root, 1)], 0
    while stack:
        node, depth = stack.pop()
        count += 1
        if count > MAX_ELEMENTS:
            raise DiagramError("xml_too_many_elements", _TOO_MANY, limit=MAX_ELEMENTS)
        if depth > MAX_DEPTH:
            raise DiagramError("xml_too_deep", _TOO_DEEP, line=node.sourceline, limit=MAX_DEPTH)
        if len(node.attrib) > MAX_ATTRIBUTES:
            raise DiagramError("xml_attributes", _ATTRIBUTES, line=node.sourceline, limit=MAX_ATTRIBUTES)
        if any(len(value) > MAX_ATTRIBUTE for value in node.attrib.values()):
            raise DiagramError("xml_text", _LONG, line=node.sourceline, limit=MAX_ATTRIBUTE)
        if len(node.text or "") > MAX_TEXT or len(node.tail or "") > MAX_TEXT:
            raise DiagramError("xml_text", _LONG, line=node.sourceline, limit=MAX_TEXT)
        stack.extend((child, depth + 1) for child in node)


def _expect_bpmn(root: etree._Element) -> None:
    if root.tag == f"{{{BPMN}}}definitions":
        return
    name = etree.QName(root)
    if name.localname == "definitions" and "BPMN" in (name.namespace or "BPMN"):
        raise DiagramError("xml_namespace", _NAMESPACE, line=root.sourceline)
    text = _NOT_BPMN.fill(root=name.localname[:60])
    raise DiagramError("xml_not_bpmn", text, line=root.sourceline)


_EMPTY = Text(
    "文件是空的,请选择一个 BPMN 2.0 流程图文件。",
    "The file is empty; choose a BPMN 2.0 diagram.",
)
_TOO_LARGE = Text(
    "文件超过 {limit},请去掉嵌入的图片或把流程拆成几个。",
    "The file is larger than {limit}; remove embedded pictures or split the process.",
)
_COMPRESSED = Text(
    "这是一个 {kind} 压缩包,不是流程图;请先解压,再交其中的 .bpmn 文件。",
    "This is a {kind} archive, not a diagram; unpack it and give the .bpmn file inside.",
)
_NOT_XML = Text(
    "这不是 XML 文件,请选择一个 BPMN 2.0 流程图文件(.bpmn)。",
    "This is not an XML file; choose a BPMN 2.0 diagram (.bpmn).",
)
_ENCODING = Text(
    "文件声明的字符编码无法识别,请另存为 UTF-8。",
    "The file's declared character encoding is unknown; save it as UTF-8.",
)
_DTD = Text(
    "文件含有文档类型声明(DTD)或实体,一律不接受;请删除 <!DOCTYPE …> 后再交。",
    "The file has a document type declaration (DTD) or entities, which are never accepted; remove <!DOCTYPE …>.",
)
_BROKEN = Text(
    "第 {line} 行第 {column} 列不是规范的 XML({reason}),请用 BPMN 工具重新导出。",
    "Line {line}, column {column} is not well-formed XML ({reason}); export it again from a BPMN tool.",
)
_TOO_DEEP = Text(
    "元素嵌套超过 {limit} 层,请把子流程改为调用活动。",
    "Elements are nested more than {limit} deep; turn subprocesses into call activities.",
)
_TOO_MANY = Text(
    "文件的 XML 元素超过 {limit} 个,请把流程拆成几个。",
    "The file has more than {limit} XML elements; split the process.",
)
_ATTRIBUTES = Text(
    "一个元素的属性超过 {limit} 个,请删除多余的属性。",
    "An element has more than {limit} attributes; remove the superfluous ones.",
)
_LONG = Text(
    "一处文字或属性超过 {limit} 个字符,请缩短。",
    "A text or an attribute is longer than {limit} characters; shorten it.",
)
_NAMESPACE = Text(
    "根元素不在 BPMN 2.0 的命名空间内,请用 BPMN 2.0 工具重新导出。",
    "The root element is not in the BPMN 2.0 namespace; export it again from a BPMN 2.0 tool.",
)
_NOT_BPMN = Text(
    "这不是 BPMN 流程图:根元素是「{root}」,应为 BPMN 2.0 的 definitions。",
    "This is not a BPMN diagram: its root element is “{root}” instead of BPMN 2.0 definitions.",
)
