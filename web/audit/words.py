"""How the log says what happened: the names of facts, and in a word what a line is about."""

import json
from typing import Any

from engine.text import Text

FACTS = {
    "account": Text("账号", "account"),
    "actor": Text("办理人", "who"),
    "address": Text("地址", "address"),
    "answers": Text("填写内容", "answers"),
    "batch": Text("批次", "batch"),
    "box": Text("列表", "list"),
    "by": Text("代理人", "stand-in"),
    "by_id": Text("代理人编号", "stand-in (no.)"),
    "case": Text("申请", "case"),
    "cases": Text("申请数", "cases"),
    "code": Text("编码", "code"),
    "command": Text("命令", "command"),
    "comment": Text("意见", "comment"),
    "content_no": Text("稿件版次", "revision"),
    "content_sha256": Text("稿件 SHA-256", "content SHA-256"),
    "day": Text("日期", "day"),
    "decided": Text("决策", "decided"),
    "decision": Text("决定", "decision"),
    "device": Text("设备", "device"),
    "draft": Text("流程草稿", "draft"),
    "effective_at": Text("生效时间", "in force from"),
    "ended": Text("随之结束", "ended"),
    "files": Text("文件", "files"),
    "flows": Text("走过的顺序流", "flows taken"),
    "from": Text("从", "from"),
    "given": Text("任职数", "posts given"),
    "hands": Text("参与起草的人", "who wrote it"),
    "hours": Text("工作时间", "hours"),
    "incident": Text("异常", "incident"),
    "key": Text("名称", "name"),
    "kind": Text("种类", "kind"),
    "link": Text("链接", "link"),
    "login": Text("登录名", "login"),
    "migration": Text("迁移", "migration"),
    "name": Text("名称", "name"),
    "no": Text("版本", "version"),
    "note": Text("说明", "note"),
    "number": Text("编号", "number"),
    "outcome": Text("结果", "outcome"),
    "outside": Text("外部人员", "outside"),
    "owner": Text("负责人", "owner"),
    "passed": Text("走过的步骤", "steps passed"),
    "people": Text("人员", "people"),
    "person": Text("人员编号", "person (no.)"),
    "post": Text("任职编号", "post (no.)"),
    "procedure": Text("流程", "procedure"),
    "procedures": Text("流程", "procedures"),
    "query": Text("条件", "conditions"),
    "reason": Text("原因", "reason"),
    "revision": Text("修订", "revision"),
    "role": Text("角色", "role"),
    "rules": Text("代理编号", "rules"),
    "session": Text("设备编号", "session"),
    "sessions": Text("退出的设备", "sessions"),
    "sha256": Text("SHA-256", "SHA-256"),
    "since": Text("开始", "since"),
    "slug": Text("流程", "procedure"),
    "state": Text("状态", "state"),
    "submitted_by": Text("提交人编号", "submitted by"),
    "to": Text("至", "to"),
    "unit": Text("单位", "unit"),
    "units": Text("单位数", "units"),
    "until": Text("结束", "until"),
    "version": Text("版本", "version"),
    "view": Text("视图编号", "view"),
    "why": Text("原因", "why"),
    "working": Text("上班", "works"),
    "zh": Text("说明", "in Chinese"),
    "en": Text("英文说明", "in English"),
    "posts": Text("岗位", "posts"),
    "tokens": Text("访问令牌", "tokens"),
    "stand_ins": Text("代理", "stand-ins"),
    "disabled_at": Text("停用时间", "disabled at"),
    "starters": Text("可发起", "may start"),
    "editors": Text("可编辑", "may edit"),
    "releasers": Text("可发布", "may release"),
    "viewers": Text("可查看", "may see"),
    "retention": Text("保存期限", "retention"),
    "email": Text("邮箱", "e-mail"),
    "phone": Text("电话", "telephone"),
    "language": Text("语言", "language"),
    "webhook": Text("外部通知地址", "webhook"),
    "smtp": Text("邮件服务器", "mail server"),
    "mail_from": Text("发件人", "sender"),
    "url": Text("网址", "address of the pages"),
    "scan": Text("病毒扫描", "virus scanner"),
    "anchor_file": Text("锚点文件", "file of anchors"),
    "anchor_mail": Text("锚点邮箱", "mailbox of anchors"),
    "mail": Text("邮件", "mail"),
    "kinds": Text("分类设置", "by kind"),
    "digest_hour": Text("汇总时间", "hour of the digest"),
    "quiet_from": Text("免打扰开始", "quiet from"),
    "quiet_until": Text("免打扰结束", "quiet until"),
    "actor_id": Text("办理人编号", "who (no.)"),
    "asked": Text("请求", "asked"),
    "backup": Text("备份人", "backup"),
    "beyond": Text("越过的审批", "approvals passed over"),
    "body": Text("正文", "text"),
    "borrower": Text("借用人", "borrower"),
    "certificate": Text("证书", "certificate"),
    "channel": Text("渠道", "channel"),
    "content": Text("稿件 SHA-256", "content SHA-256"),
    "custodian": Text("保管人", "custodian"),
    "for_id": Text("被代理人编号", "acted for (no.)"),
    "holder": Text("使用人", "holder"),
    "holder_id": Text("使用人编号", "holder (no.)"),
    "in_turn": Text("依次", "in turn"),
    "lending": Text("借用编号", "lending (no.)"),
    "needed": Text("所需票数", "votes needed"),
    "of": Text("总数", "of"),
    "of_id": Text("对象编号", "of (no.)"),
    "open": Text("进行中的步骤", "open steps"),
    "opinion": Text("意见", "opinion"),
    "place": Text("篇位", "place"),
    "places": Text("篇数", "places"),
    "replace": Text("替换", "replaces"),
    "replaced_by": Text("替换为", "replaced by"),
    "rights": Text("权限", "rights"),
    "step": Text("步骤", "step"),
    "steps": Text("步骤", "steps"),
    "task_id": Text("任务编号", "task (no.)"),
    "to_id": Text("接手人编号", "to (no.)"),
    "tries": Text("次数", "tries"),
    "urgent": Text("紧急", "urgent"),
    "warnings": Text("提示", "warnings"),
    "staff_no": Text("工号", "staff number"),
    "parent": Text("上级单位", "unit above"),
    "answered": Text("操作结果", "operations"),
    "approved": Text("同意", "approved"),
    "answer": Text("答复", "answer"),
    "asked_by": Text("提出人编号", "asked by (no.)"),
    "decided_by": Text("决定人编号", "decided by (no.)"),
    "bundle": Text("打包编号", "bundle"),
    "chain": Text("链", "chain"),
    "contents": Text("各版稿件", "revisions"),
    "count": Text("行数", "rows"),
    "ended_at": Text("办结时间", "ended"),
    "started_at": Text("发起时间", "started"),
    "format": Text("格式", "format"),
    "hash": Text("哈希", "hash"),
    "head_hash": Text("末行哈希", "hash of the last row"),
    "head_seq": Text("末行行号", "last row"),
    "hold": Text("冻结编号", "hold"),
    "keep_package": Text("保留归档包", "keep the packages"),
    "package_kept": Text("归档包保留", "package kept"),
    "package_sha256": Text("归档包 SHA-256", "package SHA-256"),
    "publications": Text("发布登记", "publications"),
    "repair": Text("修复编号", "repair"),
    "request": Text("销毁请求编号", "request"),
    "run": Text("检查编号", "check"),
    "seq": Text("节号", "link"),
    "target": Text("目标", "target"),
    "words": Text("标题中的字词", "words in the title"),
    "period": Text("期间", "period"),
    "rows": Text("行数", "rows"),
    "entry": Text("登记的 SHA-256", "SHA-256 of the entry"),
    "export": Text("导出编号", "export"),
    "heads": Text("链数", "chains"),
    "job": Text("后台任务编号", "job"),
    "resume": Text("改后直接回到本步", "comes back here"),
    "title": Text("标题", "title"),
    "unit_id": Text("单位编号", "unit (no.)"),
    "person_id": Text("人员编号", "person (no.)"),
    "operator_id": Text("操作人编号", "operator (no.)"),
    "administrator_id": Text("管理人编号", "administrator (no.)"),
    "purpose": Text("用途", "purpose"),
    "filing": Text("备案编号", "filing"),
    "terms": Text("变更记录数", "terms"),
    "lendings": Text("借用次数", "lendings"),
    "account_id": Text("账号登记号", "account (no.)"),
    "retention_years": Text("保存年限", "years kept"),
}
BRIEF = (
    "login",
    "period",
    "slug",
    "key",
    "by",
    "name",
    "account",
    "number",
    "unit",
    "zh",
    "comment",
    "why",
    "procedure",
)
SIDES = ("before", "after")
HIDDEN = ("whole",)  # what the next line is compared with
LONGEST = 2_000
YES, NO = Text("是", "yes"), Text("否", "no")


def label(name: str) -> Text:
    return FACTS.get(name, Text(name, name))


def brief(facts: dict[str, Any]) -> str:
    """What a line is about, in a word."""
    return next((facts[name][:120] for name in BRIEF if isinstance(facts.get(name), str)), "")


def told(facts: dict[str, Any]) -> list[tuple[Text, str | Text]]:
    """The facts that stand in no picture before and after."""
    pictured = {*SIDES, *HIDDEN, *(facts.get("before") or {}), *(facts.get("after") or {})}
    return [(label(name), said(value)) for name, value in facts.items() if name not in pictured]


def changed(facts: dict[str, Any]) -> list[tuple[Text, str | Text, str | Text]]:
    """The picture before and after, a row for each thing."""
    before, after = (facts.get(side) or {} for side in SIDES)
    return [(label(name), said(before.get(name)), said(after.get(name))) for name in {**before, **after}]


def said(value: Any) -> str | Text:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        return value[:LONGEST]
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "、".join(value)[:LONGEST]
    return json.dumps(value, ensure_ascii=False)[:LONGEST]
