"""The OpenAPI document of `/api/v1`: routes, validators and description come from this one table."""

from functools import cache
from typing import Any

import orjson

from engine.exports import FORMATS
from engine.text import Text
from web.api.operation import Operation
from web.api.schemas import ERRORS, PARAMETERS, SCHEMAS

PREFIX = "/api/v1"

# What the list of all cases is narrowed by.
_NARROWED = (
    "procedure", "version", "search", "state", "outcome", "applicant", "actor", "unit", "channel", "started", "ended",
    "answers", "sort",
)  # fmt: skip
OPERATIONS = (
    Operation("openapi", "GET", "/openapi.json", Text("本文档", "This document"), "Anything", public=True),
    Operation("me", "GET", "/me", Text("我是谁", "Who I am"), "Me"),
    Operation("procedures", "GET", "/procedures", Text("流程目录", "The catalogue"), "Procedures"),
    Operation(
        "publish_procedure",
        "POST",
        "/procedures",
        Text("提交流程的新版本,由另一个人发布", "Hand in a version of a procedure; another person releases it"),
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
    Operation("recall_case", "POST", "/cases/{id}/recall", Text("拿回", "Take back"), "Decided", body="Nothing"),
    Operation("urge_case", "POST", "/cases/{id}/urge", Text("催办", "Urge"), "Urged", body="Remark", errors=(429,)),
    Operation("suspend_case", "POST", "/cases/{id}/suspend", Text("挂起", "Suspend"), "Done", body="Comment"),
    Operation("resume_case", "POST", "/cases/{id}/resume", Text("恢复", "Resume"), "Done", body="Remark"),
    Operation("comment_case", "POST", "/cases/{id}/comment", Text("评论", "Comment"), "Done", body="Comment"),
    Operation(
        "print_case",
        "POST",
        "/cases/{id}/sheet",
        Text("打印审批单(PDF),记入轨迹", "Print its approval sheet (PDF); the print is on record"),
        "Sheet",
        status=201,
        errors=(422,),
    ),
    Operation("copy_case", "POST", "/cases/{id}/copy", Text("抄送", "Send a copy"), "Done", body="Copy"),
    Operation(
        "tasks",
        "GET",
        "/tasks",
        Text("待办列表", "The inbox"),
        "Tasks",
        query=(
            "box",
            "case",
            "procedure",
            "search",
            "sort",
            "page",
            "size",
            "after",
            "before",
            "state",
            "applicant",
            "unit",
            "opened",
            "started",
            "overdue",
            "claimed",
            "answers",
        ),
    ),
    Operation(
        "approve_tasks",
        "POST",
        "/tasks/approve",
        Text("批量同意,每项一个结果", "Approve tasks that were opened; a result for each"),
        "Results",
        body="Approve",
        apart=True,
    ),
    Operation("task", "GET", "/tasks/{id}", Text("一项待办", "One task"), "Task"),
    Operation("claim_task", "POST", "/tasks/{id}/claim", Text("认领", "Claim"), "Held", body="Claim"),
    Operation("put_back_task", "POST", "/tasks/{id}/put_back", Text("放回", "Put back"), "Held", body="Claim"),
    Operation("decide_task", "POST", "/tasks/{id}/decide", Text("办理", "Decide"), "Decided", body="Decide"),
    Operation("return_task", "POST", "/tasks/{id}/return", Text("退回", "Return"), "Decided", body="Return"),
    Operation("transfer_task", "POST", "/tasks/{id}/transfer", Text("转办", "Transfer"), "Held", body="Transfer"),
    Operation("delegate_task", "POST", "/tasks/{id}/delegate", Text("委派", "Delegate"), "Held", body="Transfer"),
    Operation(
        "sign_before_task",
        "POST",
        "/tasks/{id}/sign_before",
        Text("加签(前)", "Ask others to sign before"),
        "Held",
        body="SignBefore",
    ),
    Operation(
        "sign_after_task",
        "POST",
        "/tasks/{id}/sign_after",
        Text("同意并加签(后)", "Approve and ask others to sign after"),
        "Held",
        body="SignAfter",
    ),
    Operation("unask_task", "POST", "/tasks/{id}/unask", Text("减签", "Remove whom one asked"), "Held", body="Unask"),
    Operation(
        "add_signer", "POST", "/tasks/{id}/add_signer", Text("加签", "Add a signer"), "Decided", body="AddSigner"
    ),
    Operation(
        "remove_signer",
        "POST",
        "/tasks/{id}/remove_signer",
        Text("减签", "Remove a signer"),
        "Decided",
        body="RemoveSigner",
    ),
    Operation(
        "messages",
        "GET",
        "/messages",
        Text("消息,新的在前", "What one was told, newest first"),
        "Messages",
        query=("kind", "unread", "page", "size"),
    ),
    Operation("message_count", "GET", "/messages/count", Text("未读消息数", "How many are unread"), "Unread"),
    Operation(
        "read_messages",
        "POST",
        "/messages/read",
        Text("标为已读:所列的,或到某一条为止", "Mark as read: those named, or all up to one"),
        "Read",
        body="ReadMessages",
        errors=(404,),
    ),
    Operation(
        "channels", "GET", "/channels", Text("官方账号及其推送日历", "The channels of one's organisation"), "Channels"
    ),
    Operation(
        "channel_slots",
        "GET",
        "/channels/{code}/slots",
        Text("一个账号一个月的推送", "The pushes of a channel in a month"),
        "Slots",
        query=("month",),
    ),
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
    Operation(
        "register",
        "GET",
        "/registers/{register}",
        Text("登记簿", "The lines of a register, now or as of a past day"),
        "Lines",
        query=("search", "show", "as_of", "page"),
    ),
    Operation(
        "register_entry",
        "GET",
        "/registers/{register}/{id}",
        Text("登记簿的一条记录及其变更", "One entry of a register with its history"),
        "Line",
    ),
    Operation(
        "audit_cases",
        "GET",
        "/audit/cases",
        Text("职责范围内的全部申请", "All cases one looks over: an auditor, a head, an owner, an administrator"),
        "Cases",
        query=(*_NARROWED, "size", "after", "before"),
        errors=(403,),
    ),
    Operation(
        "audit_export",
        "GET",
        "/audit/export/{format}",
        Text("把这些申请导出为文件,至多2000份,记入审计日志", "These cases as a file, 2,000 at most; it goes on record"),
        None,
        query=_NARROWED,
        errors=(403, 422),
        answer_type=" ".join(one.type.partition(";")[0] for one in FORMATS.values()),
    ),
)


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
