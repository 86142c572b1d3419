"""What people say at each step of a generated history, what operations answer, and what of it the diagram knows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

PICTURE = [{"name": "截图.png", "sha256": "05d1" * 16, "size": 781, "type": "image/png"}]
MATERIAL = ["application", "reviews", "media", "evidence"]
OUTSIDE = {"body", "outline", "moderation_plan", "screenshot", "test_screenshot"}  # kept by reference
INTO = {
    "check_approval": "approval", "book_mass_send": "booking", "archive_publication": "register",
    "open_account": "account", "hand_over_password": "hand_over", "register_lending": "lending",
    "take_back_lending": "returned",
}  # fmt: skip
# Step -> what its form is answered with beside what varies, and which of its questions are left unanswered.
SAID: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "publish_post": ({"screenshot": PICTURE}, ("publish_note",)),
    "assemble": ({}, ("assembly_note",)),
    "send_test": ({"test_reader": "邵文", "test_screenshot": PICTURE}, ()),
    "confirm_test": ({"test_result": "ok"}, ("test_note",)),
    "mass_send": ({"screenshot": PICTURE}, ()),
    "archive_by_unit": ({"archived_material": MATERIAL, "archive_place": "单位档案柜"}, ("archive_note",)),
    "open_wechat_account": ({}, ("open_note",)),
    "acknowledge_custody": (
        {"custody": "accepted", "password_strong": True, "custody_promise": True}, ("custody_note",)),
    "grant_login": ({"grant_way": "one_time_password"}, ("grant_note",)),
    "take_back_login": ({"password_changed": True, "posts_checked": "与提纲一致"}, ()),
    "report_event": ({"report": "活动顺利。", "post_count": 5}, ("open_points",)),
}  # fmt: skip
LEFT = {
    "pub-company-info": ("image_source", "image_copyright", "video_source", "video_copyright", "requested_on"),
    "acc-open-staff": ("remark",),
    "acc-weibo-temp-login": (),
}


def content(slug: str, title: str, no: int, *, wechat: bool, event: tuple[datetime, datetime]) -> dict[str, Any]:
    """What is asked for, as its form takes it."""
    if slug == "acc-open-staff":
        return {"purpose": title, "frequency": "weekly", "post": "职员", "mobile": f"021-6000{1000 + no}",
                "declaration": True}  # fmt: skip
    if slug == "acc-weibo-temp-login":
        starts_at, ends_at = (one.isoformat() for one in event)
        return {"event": title, "event_kind": "live", "channel": "official_weibo", "starts_at": starts_at,
                "ends_at": ends_at, "operators": "本单位信息员", "outline": f"{title}的提纲,第{no}稿。",
                "moderation_plan": "评论先审后显。", "declaration": True}  # fmt: skip
    return {"title": title, "body": f"{title}的正文,第{no}稿。", "category": "1", "repost": False, "secrecy": "none",
            "channel": "official_wechat" if wechat else "official_weibo", "source": "本单位", "contact": "分机 8021",
            "declaration": True}  # fmt: skip


def known(answers: Mapping[str, Any], left: tuple[str, ...]) -> dict[str, Any]:
    """What the diagram knows of answers: nothing that is kept by reference, None where nothing was said."""
    return {**dict.fromkeys(left), **{key: value for key, value in answers.items() if key not in OUTSIDE}}


def snapshot(data: Mapping[str, Any], outcome: str | None) -> str:
    """What is kept of a case that is over: what it knew at last."""
    level = {"tasks": [[">start", 64, None, {}, [], {}, None, False]], "earlier": [], "assigned": [], "changes": {}}
    kept = {"v": 1, "ended": [outcome] if outcome else [], "cancelled": outcome is None}
    return orjson.dumps({**kept, "wf": {**level, "data": data}, "parts": []}).decode()
