"""The sentence for each way an answer can be wrong."""

from typing import Any

from engine.procedures.forms.fields import Field
from engine.text import Text

REQUIRED = Text("请填写「{label}」。", "Please fill in “{label}”.")
TICK = Text("请勾选「{label}」。", "Please tick “{label}”.")
UNKNOWN = Text("本表单没有「{key}」这一项。", "This form has no field “{key}”.")
HIDDEN = Text("「{label}」在当前选择下不填写。", "“{label}” does not apply to what was chosen.")
READONLY = Text("「{label}」不能修改。", "“{label}” may not be changed.")
ONE_LINE = Text("「{label}」只能写一行。", "“{label}” takes one line only.")
HOSTILE = Text(
    "「{label}」含有不能发布的内容:{what},请删除。",
    "“{label}” holds what may not be published: {what}; please remove it.",
)
NOT_KEPT = Text(
    "「{label}」中有公众号文章不能保留的内容,已去掉:{what}。",
    "What an article on WeChat cannot keep was taken out of “{label}”: {what}.",
)
LINKS = Text(
    "「{label}」有 {n} 个链接:公众号文章里的外部链接只有获授权的账号才能保留。",
    "“{label}” has links ({n}): only accounts that WeChat has authorised keep links to the outside.",
)
NO_FILE = Text(
    "「{label}」中的附件不存在或不属于本申请,请重新上传。",
    "A file in “{label}” does not exist or is not part of this case; please upload it again.",
)
WRONG_MEDIA = Text("「{label}」中的「{name}」不是{media}。", "“{name}” in “{label}” is not {media}.")
NOT_A_PERSON = Text("「{label}」:没有登录名为「{login}」的人员。", "“{label}”: nobody has the login “{login}”.")
MOMENT = {
    "date": Text("「{label}」应为日期,例如 2026-11-20。", "“{label}” must be a date such as 2026-11-20."),
    "time": Text("「{label}」应为时间,例如 09:30。", "“{label}” must be a time such as 09:30."),
    "datetime": Text(
        "「{label}」应为带时区的日期时间,例如 2026-11-20T09:30:00+08:00。",
        "“{label}” must be a date and time with zone such as 2026-11-20T09:30:00+08:00.",
    ),
}
TYPE = {
    "number": Text("「{label}」应为数字。", "“{label}” must be a number."),
    "checkbox": Text("「{label}」应为是或否。", "“{label}” must be true or false."),
    "filepicker": Text("「{label}」应为附件列表。", "“{label}” must be a list of files."),
    "dynamiclist": Text("「{label}」应为列表,每行是一组字段。", "“{label}” must be a list of rows."),
    "checklist": Text("「{label}」应为选项列表。", "“{label}” must be a list of options."),
    "taglist": Text("「{label}」应为选项列表。", "“{label}” must be a list of options."),
}
TEXT = Text("「{label}」应为文本。", "“{label}” must be a text.")
INTEGER = Text("「{label}」应为整数。", "“{label}” must be a whole number.")
FORMAT = {
    "email": Text("「{label}」应为电子邮箱地址。", "“{label}” must be an e-mail address."),
    "phone": Text("「{label}」应为电话号码。", "“{label}” must be a telephone number."),
}
BY_KEYWORD = {
    "enum": Text("「{label}」只能选择列出的选项。", "“{label}” takes only the options listed."),
    "const": TICK,
    "minimum": Text("「{label}」不得小于 {limit}。", "“{label}” must be at least {limit}."),
    "maximum": Text("「{label}」不得大于 {limit}。", "“{label}” must be at most {limit}."),
    "multipleOf": Text("「{label}」至多 {decimals} 位小数。", "“{label}” takes at most {decimals} decimals."),
    "minLength": Text("「{label}」至少 {limit} 个字。", "“{label}” needs at least {limit} characters."),
    "maxLength": Text("「{label}」至多 {limit} 个字。", "“{label}” takes at most {limit} characters."),
    "minItems": Text("「{label}」至少 {limit} 项。", "“{label}” needs at least {limit} entries."),
    "maxItems": Text("「{label}」至多 {limit} 项。", "“{label}” takes at most {limit} entries."),
    "uniqueItems": Text("「{label}」有重复项。", "“{label}” has an entry twice."),
}
WRONG = Text("「{label}」的格式不正确。", "“{label}” is not in the right format.")


def explain(kind: dict[str, Any], name: str, field: Field) -> Text:
    """`name` is the JSON Schema keyword that failed, `kind` its facts."""
    if name == "type":
        sentence = INTEGER if field.type == "number" and field.decimals == 0 else TYPE.get(field.type, TEXT)
    else:
        sentence = BY_KEYWORD.get(name, WRONG)
    if name in ("format", "pattern"):
        sentence = FORMAT.get(str(field.validate.get("validationType")), WRONG)
    if field.type in MOMENT:
        sentence = MOMENT[field.type]
    return sentence.fill(label=field.label, limit=kind.get("limit"), decimals=field.decimals)
