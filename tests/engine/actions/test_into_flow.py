"""What of an answered form the running diagram may ask about."""

from engine.actions.contents import into_flow
from engine.procedures.forms import Form

FORM = Form(
    {
        "type": "default",
        "id": "renewal",
        "components": [
            {
                "type": "radio",
                "key": "wish",
                "label": "续期",
                "values": [{"label": "是", "value": "yes"}, {"label": "否", "value": "no"}],
            },
            {"type": "textfield", "key": "until", "label": "至", "conditional": {"hide": '=wish != "yes"'}},
            {"type": "textfield", "key": "note", "label": "说明"},
            {"type": "textarea", "key": "body", "label": "正文", "properties": {"content": True}},
        ],
    }
)


def test_what_was_asked_and_not_answered_is_none():
    assert into_flow(FORM, {"wish": "yes"}) == {"wish": "yes", "until": None, "note": None}


def test_a_hidden_question_leaves_what_an_earlier_step_said():
    assert "until" not in into_flow(FORM, {"wish": "no", "note": "到期停用"})


def test_content_stays_outside_the_diagram():
    assert "body" not in into_flow(FORM, {"wish": "no", "body": "正文"})
