"""A form with every kind of question, and answers that fit it."""

from typing import Any

from engine.procedures.forms import Context

SHA256 = "a" * 64
FILES = {SHA256: {"name": "a.jpg", "size": 3, "type": "image/jpeg"}}
CONTEXT = Context(files=FILES, people={"lin.xia"})


def question(type_: str, key: str, **settings: Any) -> dict[str, Any]:
    return {"type": type_, "key": key, "label": f"题{key}", "properties": {"en": f"Q {key}"}} | settings


def options(*values: str) -> dict[str, Any]:
    return {"values": [{"value": value, "label": f"选{value}", "en": f"O {value}"} for value in values]}


def form(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": "default", "components": list(components)}


NEEDED = {"validate": {"required": True}}
EVERYTHING = form(
    {"type": "text", "text": "说明"},
    question("textfield", "title", validate={"required": True, "maxLength": 10}),
    question("textarea", "body"),
    question("number", "amount", decimalDigits=2, validate={"min": 0, "max": 10**9}),
    question("number", "copies", decimalDigits=0),
    question("select", "channel", **options("wechat", "weibo"), **NEEDED),
    question("checklist", "tags", **options("a", "b")),
    question("checkbox", "urgent"),
    question("textfield", "reason", conditional={"hide": "=urgent != true"}, **NEEDED),
    question("datetime", "day", subtype="date"),
    question("datetime", "hour", subtype="time"),
    question("datetime", "at", subtype="datetime"),
    question("textfield", "mail", validate={"validationType": "email"}),
    question("textfield", "phone", validate={"validationType": "phone"}),
    question("textfield", "code", validate={"pattern": "^[A-Z]{2}$"}),
    question("textfield", "reviewer", properties={"person": True}),
    question("textfield", "number", readonly=True),
    {
        "type": "group",
        "label": "图",
        "components": [
            {
                "type": "dynamiclist",
                "path": "images",
                "label": "图片",
                "properties": {"max_items": "3"},
                "components": [
                    question("filepicker", "file", **NEEDED, properties={"media": "image"}),
                    question("textfield", "source", **NEEDED),
                    question("textfield", "note", conditional={"hide": '=channel = "weibo"'}),
                ],
            }
        ],
    },
    {"type": "separator"},
    {"type": "html", "content": "<p>谢谢<script>x</script></p>"},
    {"type": "button", "label": "提交"},
)
FITTING: dict[str, Any] = {"title": "标题", "channel": "wechat", "urgent": False}
