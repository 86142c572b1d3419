"""What a generated history may do: the ways three published procedures are drawn, and the people who walk them."""

from typing import NamedTuple

HOUR = 3600
DAY = 24 * HOUR

# Unit, its head, who submits for it.
UNITS = (
    ("SALES", "zhou.ning", "lin.xia"),
    ("MKT", "su.qing", "ye.zhou"),
    ("CSD", "bai.lu", "shi.xi"),
    ("ECB", "han.dong", "du.ruo"),
    ("ECB-MKT", "song.yuan", "cheng.xi"),
    ("SCB", "luo.fan", "peng.hai"),
    ("HRD", "xu.nanqiao", "kong.zhaohui"),
    ("POF", "yan.yanxi", "duan.zhiyuan"),
    ("NMD", "mao.wenqu", "zhu.xiwen"),
    ("CMD", "xiao.qichen", "zou.chuyue"),
    ("BIZ", "jiang.zhuqing", "shi.boyan"),
    ("PRJ", "cao.xinghe", "jin.leshui"),
)
# Post of a step -> who may do it, and the principal it is offered to.
POSTS = {
    "office": (("qin.chuan", "he.sui", "tao.ran"), "r:enterprise_mgmt_office:*"),
    "enterprise": (("shen.yan",), "r:enterprise_mgmt_head:*"),
    "editor": (("fang.cheng", "shao.wen"), "r:text_editor:*"),
    "admin": (("yuan.he", "ding.lan", "ma.yue"), "r:admin_dept:*"),
}
ENTERPRISE, STAND_IN, OFFICER, ADMINISTRATOR = "shen.yan", "jiang.yu", "he.sui", "tian.ye"


class Leg(NamedTuple):
    """One step: who does it, in how long, and where the diagram goes from it by itself.

    `gate`: the gateway behind a decision, how its flows begin, and the end event of a refusal.
    """

    step: str
    name: str
    who: str
    due: int | None
    flows: tuple[str, ...]
    passed: tuple[str, ...]
    gate: tuple[str, str, str] | None = None
    checks: bool = False  # whether the approvals are checked on the way

    def way(self, decision: str) -> dict[str, list[str]]:
        """What a line of the trail says of the diagram's own way after this decision."""
        if self.gate is None:
            return {"flows": list(self.flows), "passed": list(self.passed)}
        gateway, prefix, refused = self.gate
        first = [f"{self.step}_to_{gateway}"]
        if decision == "return":
            return {
                "flows": [*first, f"{prefix}_returns", "before_submit_to_submit"],
                "passed": [gateway, "before_submit"],
            }
        if decision == "reject":
            return {"flows": [*first, f"{prefix}_rejects"], "passed": [gateway, refused]}
        return {"flows": [*first, f"{prefix}_approves", *self.flows], "passed": [gateway, *self.passed]}


class Drawn(NamedTuple):
    """A way through a procedure from its submission to its good end."""

    slug: str
    number: str
    start: tuple[str, str]  # the flow and the event before the submission
    submit: tuple[str, str]  # its name, and the flow behind it
    legs: tuple[Leg, ...]
    end: str


CHECKED = ("verify_approval", "approval_valid")
CHECK = ("check_approval_to_approval_valid", "approval_still_valid")
SENT = ("after_publication_to_archive_publication", "content_published_to_archive_by_unit")


def _publishing(wechat: bool) -> Drawn:
    approved = ("channel_is_weibo",), ("which_channel",)
    if wechat:
        approved = (
            ("channel_is_wechat", "content_approved_to_before_assemble", "before_assemble_to_assemble"),
            ("which_channel", "content_approved", "before_assemble"),
        )
    return Drawn(
        "pub-company-info",
        "GS",
        ("publication_wanted_to_before_submit", "publication_wanted"),
        ("提出发布申请", "submit_to_review_by_unit_head"),
        (
            Leg("review_by_unit_head", "审核本单位信息", "head", DAY, ("gatekeeping_needed",), ("needs_gatekeeping",),
                ("unit_head_decision", "unit_head", "rejected_by_unit_head")),
            Leg("review_by_enterprise_office", "审核把关", "office", DAY,
                ("after_gatekeeping_to_own_information", "information_of_another_unit"),
                ("after_gatekeeping", "own_information"),
                ("office_decision", "office", "rejected_by_enterprise_office")),
            Leg("approve_by_enterprise_head", "批准发布", "enterprise", DAY,
                ("company_leader_not_needed", "after_approval_to_check_approval", *CHECK, *approved[0]),
                ("needs_company_leader", "after_approval", *CHECKED, *approved[1]),
                ("enterprise_head_decision", "enterprise_head", "rejected_by_enterprise_head"), checks=True),
            *(_wechat() if wechat else _weibo()),
            Leg("archive_by_unit", "整理资料并存档", "filer", 3 * DAY,
                ("archive_by_unit_to_register_publication", "register_publication_to_material_archived",
                 "archive_publication_to_published"),
                ("register_publication", "material_archived", "archive_publication", "published")),
        ),
        "published",
    )  # fmt: skip


def _weibo() -> tuple[Leg, ...]:
    return (
        Leg("publish_post", "发布微博并留证", "editor", DAY, ("publish_post_to_after_publication", *SENT),
            ("after_publication", "content_published")),
    )  # fmt: skip


def _wechat() -> tuple[Leg, ...]:
    return (
        Leg("assemble", "排版并选群发日", "editor", DAY, ("assemble_to_book_mass_send", "book_mass_send_to_send_test"),
            ("take_mass_send_slot",)),
        Leg("send_test", "发送测试", "editor", DAY, ("send_test_to_confirm_test",), ()),
        Leg("confirm_test", "检查测试结果", "other_editor", DAY, ("confirm_test_to_test_passed", "test_is_passed"),
            ("test_passed",)),
        Leg("mass_send", "群发并留存证据", "editor", DAY,
            ("mass_send_to_mass_sent", "test_and_mass_send_to_sent_to_all", "mass_send_done", *SENT),
            ("mass_sent", "test_and_mass_send", "sent_to_all", "after_publication", "content_published")),
    )  # fmt: skip


WEIBO, WECHAT = _publishing(wechat=False), _publishing(wechat=True)
ACCOUNT = Drawn(
    "acc-open-staff",
    "ZH",
    ("account_wanted_to_before_submit", "account_wanted"),
    ("填写《微信账号申请表》", "submit_to_review_by_department_head"),
    (
        Leg("review_by_department_head", "审核申请", "head", DAY, (), (),
            ("department_head_decision", "department_head", "rejected_by_department_head")),
        Leg("review_by_administration", "审核申请信息", "admin", DAY, CHECK, CHECKED,
            ("administration_decision", "administration", "rejected_by_administration"), checks=True),
        Leg("open_wechat_account", "开通微信账号", "other_admin", DAY,
            ("open_account_to_register_account", "register_account_to_hand_over_account",
             "account_is_open_to_before_hand_over", "before_hand_over_to_deliver_password",
             "deliver_password_to_acknowledge_custody"),
            ("register_account", "account_is_open", "before_hand_over", "deliver_password")),
        Leg("acknowledge_custody", "改密并确认保管", "applicant", 3 * DAY,
            ("acknowledge_custody_to_custody_accepted", "custody_is_accepted", "hand_over_account_to_account_opened"),
            ("custody_accepted", "account_handed_over", "hand_over_account", "account_opened")),
    ),
    "account_opened",
)  # fmt: skip
LOGIN = Drawn(
    "acc-weibo-temp-login",
    "WB",
    ("login_wanted_to_before_submit", "login_wanted"),
    ("申请登录权限", "submit_to_review_by_unit_head"),
    (
        Leg("review_by_unit_head", "审核本单位申请", "head", DAY, ("event_of_another_unit",), ("own_event",),
            ("unit_head_decision", "unit_head", "rejected_by_unit_head")),
        Leg("approve_by_enterprise_head", "批准授权", "enterprise", DAY, ("after_approval_to_check_approval", *CHECK),
            ("after_approval", *CHECKED),
            ("enterprise_head_decision", "enterprise_head", "rejected_by_enterprise_head"), checks=True),
        Leg("grant_login", "授予登录权限", "editor", DAY,
            ("grant_login_to_register_lending", "register_lending_to_run_event"), ("record_lending",)),
        Leg("run_event", "开展网上互动或实时活动", "clock", None,
            ("lending_expired_to_before_take_back", "before_take_back_to_take_back_login"),
            ("lending_expired", "before_take_back")),
        Leg("take_back_login", "收回权限并改密", "editor", 4 * HOUR,
            ("take_back_login_to_register_return", "register_return_to_report_event"), ("register_return",)),
        Leg("report_event", "提交活动总结", "applicant", 3 * DAY, ("report_event_to_login_returned",),
            ("login_returned",)),
    ),
    "login_returned",
)  # fmt: skip
