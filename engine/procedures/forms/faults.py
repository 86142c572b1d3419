"""What can be wrong with the drawing of a form, one sentence each."""

import jsonschema_rs

from engine.text import Text

NO_COMPONENTS = Text("表单没有字段列表(components)。", "The form has no list of components.")
TOO_MANY = Text("表单的组件超过 {limit} 个。", "The form has more than {limit} components.")
TOO_DEEP = Text("表单的嵌套超过 {limit} 层。", "The form is nested deeper than {limit} levels.")
UNKNOWN_TYPE = Text("不支持的组件类型「{type}」。", "Components of the type “{type}” are not supported.")
NO_LABEL = Text("字段「{name}」没有标签。", "The field “{name}” has no label.")
BAD_KEY = Text(
    "组件「{name}」的键「{key}」不合法:以字母开头,只含字母、数字和下划线,至多 60 个字符。",
    "The key “{key}” of “{name}” must start with a letter and hold at most 60 letters, digits, underscores.",
)
RESERVED_KEY = Text("字段键「{key}」是系统保留的名称。", "The key “{key}” is reserved by the system.")
DOUBLE_KEY = Text("字段键「{key}」出现了两次。", "The key “{key}” is used twice.")
GROUP_PATH = Text("分组「{name}」不能有自己的路径。", "The group “{name}” may not have a path of its own.")
CONDITION = Text(
    '「{name}」的隐藏条件「{condition}」不支持;只能写 =字段 = "值" 或 !=,以 and、or 连接。',
    'The condition “{condition}” of “{name}” is not supported; write =field = "value" or != with and, or.',
)
CONDITION_NAME = Text(
    "「{name}」的隐藏条件引用了「{asked}」,但它前面没有这个字段。",
    "The condition of “{name}” asks about “{asked}”, which is not a field above it.",
)
DYNAMIC_OPTIONS = Text("「{name}」的选项必须写在表单里。", "The options of “{name}” must be written in the form.")
OPTIONS = Text(
    "「{name}」至少要有一个选项,且选项值不能重复。",
    "“{name}” needs at least one option, and no option value twice.",
)
OPTION_VALUE = Text(
    "「{name}」的选项值「{value}」必须是非空文本。",
    "The option value “{value}” of “{name}” must be a text that is not empty.",
)
OPTION = Text("「{name}」的设置「{option}」不支持。", "The setting “{option}” of “{name}” is not supported.")
PATTERN = Text(
    "「{name}」的格式表达式不合法,或使用了环视、反向引用。",
    "The pattern of “{name}” is not valid, or uses look-around or back-references.",
)
DECISION = Text(
    "字段「decision」必须是必填的单选或下拉。",
    "The field “decision” must be a required select or radio.",
)


def is_linear(pattern: str) -> bool:
    """Whether the regex engine that cannot be made to hang accepts the pattern."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=jsonschema_rs.RegexOptions())
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return len(pattern) <= 300
