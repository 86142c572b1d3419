"""What the operations are called where a person draws a service task, and what each answers."""

from typing import NamedTuple

from engine.text import Text


class Label(NamedTuple):
    """`gives`: the names inside the answer, which conditions behind the task may ask."""

    name: Text
    gives: tuple[str, ...]


def _said(zh: str, en: str, gives: str = "") -> Label:
    return Label(Text(zh, en), tuple(gives.split()))


SLOT = "day from to place opens_at closes_at"
LABELS: dict[str, Label] = {
    "archive_publication": _said("登记发布", "Register a publication", "number"),
    "belongings": _said(
        "查某人名下的待办、借用和账号", "What is in a person's hands", "clear tasks lendings designations accounts"
    ),
    "book_mass_send": _said("占用当日群发名额", "Book the mass send of a day", "day serial"),
    "book_slot": _said("预订推送时段", "Book a place in a push", f"{SLOT} rolled"),
    "certify_platform": _said("登记平台认证", "Register a platform's certificate", "number certificate"),
    "change_account": _said("变更账号登记", "Change an account", "number name holder"),
    "change_calendar": _said("调整渠道日历", "Change a channel's calendar", "day places moved"),
    "change_platform": _said("变更平台登记", "Change a platform", "number name"),
    "check_account": _said("核查账号是否有效", "Check an account", "active number holder rights valid_until state"),
    "check_approval": _said("核对内容与审批是否一致", "Check that the approval still binds", "valid"),
    "check_draft": _said("核对流程草稿未变", "Check that the draft is as handed in", "valid"),
    "check_material": _said("核查素材是否在架", "Check material of the library", "listed title"),
    "check_slot": _said("核查推送时段", "Check the booked place", "valid day"),
    "check_window": _said("核查是否在推送窗口内", "Check the window of the push", "open"),
    "close_account": _said("注销账号", "Close an account", "closed_at"),
    "close_platform": _said("注销平台", "Close a platform", "closed_at"),
    "confirm_slot": _said("确认推送时段", "Confirm the booked place", SLOT),
    "delist_material": _said("素材下架", "Take material off the shelf", "delisted_at"),
    "designate": _said("指定专人(授予岗位)", "Designate a person", "number"),
    "end_designation": _said("终止指定", "End a designation", "until"),
    "file_record": _said("备案", "File a record", "number"),
    "find_publication": _said("查找登记的发布", "Find a publication", "number title channel link state"),
    "hand_over_password": _said("移交密码", "Hand over a password", "expires_at"),
    "idle_accounts": _said("查闲置账号", "Find idle accounts", "accounts count"),
    "list_material": _said("素材上架", "Put material on the shelf", "number"),
    "move_slot": _said("改期", "Move a booked place", SLOT),
    "open_account": _said("开通账号", "Open an account", "number name holder"),
    "operate_platform": _said("平台投入运营", "Put a platform into use", "number state"),
    "register_app": _said("登记应用", "Register an app", "number name"),
    "register_custody": _said("登记密码保管人", "Register who keeps a password", "number custodian since"),
    "register_lending": _said("登记借用", "Register a lending", "number until"),
    "register_platform": _said("登记平台", "Register a platform", "number name"),
    "release_procedure": _said("发布流程版本", "Release a version of a procedure", "slug no"),
    "release_slot": _said("放弃推送时段", "Give a booked place back", "released"),
    "restore_account": _said("恢复账号", "Restore an account", "state"),
    "suspend_account": _said("暂停账号", "Suspend an account", "state"),
    "take_back_lending": _said("收回借用", "Take back what was lent", "returned_at"),
    "take_down_publication": _said("撤下已发布内容", "Take a publication down", "taken_down_at"),
    "take_up_draft": _said(
        "接收流程草稿", "Take up a draft of a procedure", "draft slug title revision submitted_at"
    ),
    "unregister_app": _said("注销应用", "Take an app off the register", "closed_at"),
}  # fmt: skip
