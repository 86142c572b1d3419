"""What must be there: the parts of a notice, a manuscript, a profile, and the papers that go with an application."""

from collections.abc import Iterator
from typing import Any

from engine.rules.draft import Draft
from engine.rules.figures import RuleFigure
from engine.rules.violation import Violation
from engine.text import Text

MISSING = Text("缺少必填内容:{part}。", "Missing: {part}.")
NO_PAPER = Text("缺少附件:{part}。", "The attachment is missing: {part}.")
PARTS = {
    "title": Text("标题", "title"),
    "summary": Text("摘要", "abstract"),
    "body": Text("正文", "body"),
    "images": Text("图片", "pictures"),
    "scope": Text("发布范围", "audience"),
    "valid_until": Text("有效期", "validity"),
    "real_name": Text("真实姓名", "real name"),
    "department": Text("部门", "department"),
    "post": Text("职务", "post"),
    "address": Text("地址", "address"),
    "mailbox": Text("公司邮箱", "company mailbox"),
    "identity_document": Text("有效证件", "identity document"),
    "rights": Text("使用权限", "rights"),
    "agreement": Text("使用协议", "agreement"),
    "agreement_no": Text("协议编号", "number of the agreement"),
    "statement": Text("说明申请", "written application"),
    "seal_scan": Text("盖章件", "sealed paper"),
    "business_licence": Text("营业执照", "business licence"),
    "organisation_code": Text("组织机构代码证", "organisation code certificate"),
}


def given(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure` lists the parts."""
    return _missing(figure, draft, MISSING)


def attached(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure` lists the parts, which are files."""
    return _missing(figure, draft, NO_PAPER)


def _missing(figure: RuleFigure, draft: Draft, sentence: Text) -> Iterator[Violation]:
    for part in figure.figure:
        if _empty(draft.value(part)):
            yield figure.broken(draft.place(part), sentence, part=PARTS.get(part, Text(part, part)))


def _empty(value: Any) -> bool:
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())
