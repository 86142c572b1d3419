"""The OpenAPI document of `/api/v1`, and the validators compiled from it: one source for both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import orjson
from jsonschema_rs import Draft202012Validator, ValidationError

from engine.errors import Invalid
from engine.text import Text
from web.api_schemas import ERRORS, PARAMETERS, SCHEMAS

PREFIX = "/api/v1"
_CONVERTERS = {"id": "<int(max=9223372036854775807):id>", "slug": "<slug>"}


@dataclass(frozen=True)
class Operation:
    """One route: `id` names the function in web/api_views.py that answers it."""

    id: str
    method: str
    path: str
    summary: Text
    answer: str | None  # the schema of the answer; None: bytes
    status: int = 200
    body: str | None = None  # the schema of a JSON body
    query: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)  # bodies that are not JSON, by media type
    answer_type: str = "application/json"
    public: bool = False

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        rule = self.path
        for name, converter in _CONVERTERS.items():
            rule = rule.replace(f"{{{name}}}", converter)
        return rule

    @cached_property
    def optional_body(self) -> bool:
        return self.body is not None and not SCHEMAS[self.body].get("required")

    @cached_property
    def body_validator(self) -> Draft202012Validator | None:
        return _validator({"$ref": f"#/components/schemas/{self.body}"}) if self.body else None

    @cached_property
    def query_validator(self) -> Draft202012Validator:
        return _validator(
            {
                "type": "object",
                "additionalProperties": False,
                "properties": {name: PARAMETERS[name]["schema"] for name in self.query},
                "required": [name for name in self.query if PARAMETERS[name].get("required")],
            }
        )

    @cached_property
    def whole_numbers(self) -> frozenset[str]:
        return frozenset(name for name in self.query if PARAMETERS[name]["schema"]["type"] == "integer")

    def described(self) -> dict[str, Any]:
        """The operation as OpenAPI writes it."""
        in_path = [name for name in _CONVERTERS if f"{{{name}}}" in self.path]
        names = [*in_path, *self.query, *(["Idempotency-Key"] if self.method == "POST" else [])]
        told: dict[str, Any] = {
            "operationId": self.id,
            "summary": self.summary.en,
            "description": self.summary.zh,
            "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in names],
            "responses": {str(self.status): self._answer(), **self._errors(bool(in_path))},
        }
        if self.public:
            told["security"] = []
        content = {kind: {"schema": schema} for kind, schema in self.raw.items()}
        if self.body:
            content = {"application/json": {"schema": _ref(self.body)}, **content}
        if content:
            told["requestBody"] = {"required": not self.optional_body, "content": content}
        return told

    def _answer(self) -> dict[str, Any]:
        schema = _ref(self.answer) if self.answer else {}
        return {"description": "OK", "content": {self.answer_type: {"schema": schema}}}

    def _errors(self, in_path: bool) -> dict[str, Any]:
        statuses = set(self.errors) | {405}
        if not self.public:
            statuses |= {400, 401, 429, 503}
        if in_path:
            statuses |= {404}
        if self.body or self.raw:
            statuses |= {413, 415, 422}
        if self.method == "POST":
            statuses |= {403, 409}
        return {str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)}


OPERATIONS = (
    Operation("openapi", "GET", "/openapi.json", Text("本文档", "This document"), "Anything", public=True),
    Operation("me", "GET", "/me", Text("我是谁", "Who I am"), "Me"),
    Operation("procedures", "GET", "/procedures", Text("流程目录", "The catalogue"), "Procedures"),
    Operation(
        "publish_procedure",
        "POST",
        "/procedures",
        Text("发布流程的新版本", "Publish a version of a procedure"),
        "Published",
        status=201,
        body="Package",
        query=("family",),
        raw={"multipart/form-data": SCHEMAS["PackageUpload"]},
    ),
    Operation(
        "procedure",
        "GET",
        "/procedures/{slug}",
        Text("一个流程及其发起表单", "One procedure and its start form"),
        "Procedure",
        errors=(403,),
    ),
    Operation(
        "start_case",
        "POST",
        "/cases",
        Text("发起申请", "Start a case"),
        "Started",
        201,
        "Start",
        errors=(404,),
    ),
    Operation("case", "GET", "/cases/{id}", Text("一份申请", "One case"), "Case"),
    Operation("case_trail", "GET", "/cases/{id}/trail", Text("审计轨迹", "Its audit trail"), "Trail"),
    Operation(
        "case_diagram",
        "GET",
        "/cases/{id}/diagram",
        Text("流程图(BPMN 2.0)", "Its diagram (BPMN 2.0)"),
        None,
        answer_type="application/xml",
    ),
    Operation("withdraw_case", "POST", "/cases/{id}/withdraw", Text("撤回", "Withdraw"), "Done", body="Comment"),
    Operation("cancel_case", "POST", "/cases/{id}/cancel", Text("终止", "Cancel"), "Done", body="Comment"),
    Operation("comment_case", "POST", "/cases/{id}/comment", Text("留言", "Comment"), "Done", body="Comment"),
    Operation("copy_case", "POST", "/cases/{id}/copy", Text("抄送", "Send a copy"), "Done", body="Copy"),
    Operation(
        "tasks",
        "GET",
        "/tasks",
        Text("待办列表", "The inbox"),
        "Tasks",
        query=("box", "case", "procedure", "search", "sort", "page", "size"),
    ),
    Operation("task", "GET", "/tasks/{id}", Text("一项待办", "One task"), "Task"),
    Operation("claim_task", "POST", "/tasks/{id}/claim", Text("认领", "Claim"), "Held", body="Claim"),
    Operation("put_back_task", "POST", "/tasks/{id}/put_back", Text("放回", "Put back"), "Held", body="Claim"),
    Operation("decide_task", "POST", "/tasks/{id}/decide", Text("办理", "Decide"), "Decided", body="Decide"),
    Operation("return_task", "POST", "/tasks/{id}/return", Text("退回", "Return"), "Decided", body="Return"),
    Operation("transfer_task", "POST", "/tasks/{id}/transfer", Text("转办", "Transfer"), "Held", body="Transfer"),
    Operation(
        "upload",
        "POST",
        "/uploads",
        Text("上传附件", "Upload a file"),
        "Upload",
        status=201,
        query=("name",),
        raw={
            "application/octet-stream": {"type": "string", "format": "binary"},
            "multipart/form-data": SCHEMAS["FileUpload"],
        },
    ),
    Operation(
        "download",
        "GET",
        "/uploads/{id}",
        Text("下载附件", "Download a file"),
        None,
        answer_type="application/octet-stream",
    ),
)


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": {"schemas": SCHEMAS}}, validate_formats=True)


def document() -> dict[str, Any]:
    """The whole OpenAPI 3.1 document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = operation.described()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "签发 Qianfa",
            "version": "1",
            "description": "BPMN 审批 · approvals that run as BPMN",
        },
        "servers": [{"url": PREFIX}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "parameters": PARAMETERS,
            "responses": ERRORS,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


@cache
def document_bytes() -> bytes:
    return orjson.dumps(document())


def check(validator: Draft202012Validator, value: Any) -> None:
    """Raise Invalid with one sentence for every place that does not fit."""
    if validator.is_valid(value):
        return
    fields: dict[str, list[Text]] = {}
    for error in validator.iter_errors(value):
        place, text = _explain(error)
        fields.setdefault(place, []).append(text)
    raise Invalid(fields)


def _explain(error: ValidationError) -> tuple[str, Text]:
    facts = error.kind.as_dict()
    path = [str(part) for part in error.instance_path]
    if error.kind.name == "required":
        path.append(facts["property"])
    sentence = _SENTENCES.get(error.kind.name, _OTHERWISE)
    if error.kind.name == "additionalProperties":
        sentence = sentence.fill(names=", ".join(name[:60] for name in facts["unexpected"][:5]))
    elif "limit" in facts:
        sentence = sentence.fill(limit=facts["limit"])
    elif error.kind.name == "enum":
        sentence = sentence.fill(options=", ".join(map(str, facts["options"])))
    return ".".join(path)[:200] or "body", sentence


_OTHERWISE = Text("内容不符合要求。", "This value does not fit.")
_SENTENCES = {
    "required": Text("必须填写。", "This is required."),
    "additionalProperties": Text("不认识的字段:{names}。", "Unknown fields: {names}."),
    "type": Text("类型不对。", "This has the wrong type."),
    "enum": Text("只能是其中之一:{options}。", "This must be one of: {options}."),
    "maxLength": Text("不能超过 {limit} 个字符。", "At most {limit} characters."),
    "minLength": Text("不能少于 {limit} 个字符。", "At least {limit} characters."),
    "maxItems": Text("不能超过 {limit} 项。", "At most {limit} entries."),
    "minItems": Text("不能少于 {limit} 项。", "At least {limit} entries."),
    "maximum": Text("不能大于 {limit}。", "At most {limit}."),
    "minimum": Text("不能小于 {limit}。", "At least {limit}."),
    "maxProperties": Text("字段不能超过 {limit} 个。", "At most {limit} fields."),
    "pattern": Text("格式不对。", "This has the wrong format."),
}
