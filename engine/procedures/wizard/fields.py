"""The questions of a wizard's forms, each with the answer its stories give."""

from dataclasses import dataclass, field
from typing import Any

from engine.text import Text

SCHEMA = 18


@dataclass(frozen=True)
class Field:
    """A question of a form; `sample` is what the stories answer, `options` the answers of a select."""

    key: str
    type: str
    label: Text
    sample: Any
    options: tuple[tuple[str, Text], ...] = ()
    most: int = 0
    more: dict[str, Any] = field(default_factory=dict)
    hints: dict[str, Any] = field(default_factory=dict)
    needed: bool = True

    def component(self) -> dict[str, Any]:
        """The question as a component of form-js."""
        validate: dict[str, Any] = {"required": True} if self.needed else {}
        if self.most:
            validate["maxLength"] = self.most
        made: dict[str, Any] = {
            "type": self.type,
            "id": f"field_{self.key}",
            "key": self.key,
            "label": self.label.zh,
            "validate": validate | self.more.get("validate", {}),
            "properties": {"en": self.label.en, **self.hints},
        }
        made |= {key: value for key, value in self.more.items() if key != "validate"}
        if self.options:
            made["values"] = [{"label": label.zh, "value": value, "en": label.en} for value, label in self.options]
        return made


def form(name: str, fields: tuple[Field, ...]) -> dict[str, Any]:
    return {"type": "default", "id": name, "schemaVersion": SCHEMA, "components": [one.component() for one in fields]}


def short(key: str, zh: str, en: str, sample: str, most: int = 100) -> Field:
    return Field(key, "textfield", Text(zh, en), sample, most=most)


def long(key: str, zh: str, en: str, sample: str, needed: bool = True) -> Field:
    return Field(key, "textarea", Text(zh, en), sample, most=2000, needed=needed)


def day(key: str, zh: str, en: str, sample: str) -> Field:
    more = {"subtype": "date", "dateLabel": zh}
    return Field(key, "datetime", Text(zh, en), sample, more=more)


def choice(key: str, zh: str, en: str, *options: tuple[str, str, str]) -> Field:
    told = tuple((value, Text(label, label_en)) for value, label, label_en in options)
    return Field(key, "select", Text(zh, en), told[0][0], told)


def tick(key: str, zh: str, en: str) -> Field:
    return Field(key, "checkbox", Text(zh, en), True)


TITLE = short("title", "标题", "Title", "关于第四季度安排的申请", 64)
REASON = long("reason", "事由", "Reason", "工作需要,请予办理。")
OPINION = (
    Field(
        "decision",
        "radio",
        Text("审核结论", "Decision"),
        "approve",
        (("approve", Text("同意", "Approve")), ("return", Text("退回", "Return")), ("reject", Text("拒绝", "Reject"))),
    ),
    Field(
        "comment",
        "textarea",
        Text("意见", "Comment"),
        "",
        most=1000,
        more={"description": "退回或拒绝时必须说明理由。"},
        hints={"en_description": "A reason is needed to return or to reject."},
        needed=False,
    ),
)
CHECKED = (
    tick("checked_after", "已核对,符合要求", "Checked and found right"),
    long("check_note", "核对说明", "Note", "", needed=False),
)
DONE = (long("result", "办理结果", "What was done", "已按批准的内容办理。"),)
OPENED = (
    Field(
        "account_id",
        "textfield",
        Text("分配的账号", "Account assigned"),
        "wizard.demo",
        most=40,
        more={
            "description": "以字母开头,5 至 40 位字母、数字、点、横线或下划线。",
            "validate": {"pattern": "^[A-Za-z][A-Za-z0-9_.-]{4,39}$"},
        },
        hints={"en_description": "Starts with a letter; 5 to 40 letters, digits, dots, dashes or underscores."},
    ),
    *DONE,
)
PUBLISHED = (
    Field(
        "published_link",
        "textfield",
        Text("发布后的链接", "Link of what was published"),
        "https://www.example.com/posts/1",
        most=500,
        more={"validate": {"pattern": "^https?://[^ ]+$"}},
    ),
    long("publish_note", "发布说明", "Note", "", needed=False),
)
