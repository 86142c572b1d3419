"""The forms of those who are asked beside the diagram: an opinion, or a signature after somebody's approval."""

from typing import Any

from engine.procedures.forms import Form
from engine.procedures.version import Version

OPINIONS = (
    ("approve", "建议同意", "Advise to approve"),
    ("return", "建议退回", "Advise to return"),
    ("reject", "建议拒绝", "Advise to reject"),
    ("advise", "只提意见", "Comment only"),
)
SIGNATURES = (("approve", "同意", "Approve"), ("return", "退回", "Return"), ("reject", "拒绝", "Reject"))


def _schema(label: str, en: str, options: tuple[tuple[str, str, str], ...]) -> dict[str, Any]:
    return {
        "type": "default",
        "components": [
            {
                "type": "radio",
                "key": "decision",
                "label": label,
                "validate": {"required": True},
                "values": [{"value": value, "label": zh, "en": english} for value, zh, english in options],
                "properties": {"en": en},
            },
            {
                "type": "textarea",
                "key": "comment",
                "label": "意见",
                "validate": {"maxLength": 1000},
                "properties": {"en": "Comment"},
            },
        ],
    }


OPINION = Form(_schema("建议", "Opinion", OPINIONS), "opinion")
SIGNATURE = Form(_schema("加签结论", "Signature", SIGNATURES), "signature")
_FORMS = {"delegate": OPINION, "before": OPINION, "after": SIGNATURE}


def form_of(version: Version, asked: str | None, properties: dict[str, Any]) -> Form | None:
    """The form of a task: of one that was asked for beside the diagram its own, else the step's."""
    return _FORMS.get(asked or "") or version.form_at(properties)
