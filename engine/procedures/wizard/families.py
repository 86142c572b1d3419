"""The fourteen families of the catalogue: what each asks, what is carried out, and what is left to its owner."""

from dataclasses import dataclass, replace

from engine.procedures.wizard.fields import (
    DONE,
    OPENED,
    PUBLISHED,
    REASON,
    TITLE,
    Field,
    choice,
    day,
    long,
    short,
    tick,
)
from engine.text import Text


@dataclass(frozen=True)
class Family:
    """One kind of procedure; `shelf` is its folder in the catalogue, `left` what is still to be added by hand."""

    id: str
    word: str  # begins the code that is suggested
    shelf: str
    title: Text
    summary: Text
    fields: tuple[Field, ...]
    carry: Text  # the step that carries it out
    ended: Text
    left: Text
    register: str = ""  # the operation that enters it in a register
    after: bool = False  # the last approver looks at it afterwards instead of approving before

    @property
    def publishes(self) -> bool:
        return self.shelf == "publishing"

    @property
    def done(self) -> tuple[Field, ...]:
        """What is asked of whoever carries it out."""
        if self.opens_account:
            return OPENED
        return PUBLISHED if self.publishes else DONE

    @property
    def opens_account(self) -> bool:
        """Which nobody does for oneself."""
        return self.register == "open_account"


BODY = Field(
    "body",
    "textarea",
    Text("正文", "Text"),
    "各部门已按计划完成第四季度的准备工作,共走访客户四十二家,收集建议一百一十条,已转各部门办理。" * 8,
    most=20000,
    hints={"editor": "article", "content": True},
)
# What the rules on content ask of every account.
CONTENT = (
    BODY,
    short("source", "信息来源", "Source of the information", "本单位", 200),
    choice(
        "category",
        "信息类别",
        "Category",
        ("1", "1 工作动态", "1 Work"),
        ("2", "2 业务知识", "2 Knowledge of the business"),
        ("3", "3 企业文化", "3 Company culture"),
        ("4", "4 通知公告", "4 Notices"),
        ("5", "5 活动宣传", "5 Events"),
        ("6", "6 服务信息", "6 Services"),
        ("7", "7 其他", "7 Others"),
    ),
    choice(
        "secrecy",
        "密级",
        "Secrecy",
        ("none", "不涉密", "None"),
        ("internal", "内部", "Internal"),
        ("secret", "涉密", "Secret"),
    ),
    Field(
        "images",
        "filepicker",
        Text("图片", "Pictures"),
        [{"make": "jpeg", "bytes": 1500000, "name": "现场.jpg"}],
        more={"accept": ".jpg,.jpeg,.png", "multiple": True},
        hints={"content": True, "media": "image", "max_items": 9},
        needed=False,
    ),
    replace(short("image_source", "图片来源", "Source of the pictures", "本单位拍摄", 200), needed=False),
    replace(short("image_copyright", "图片版权", "Copyright of the pictures", "本单位所有", 200), needed=False),
    tick("self_check", "已仔细检查:真实、准确、无错别字,用语文明", "Checked: true, exact, no misspellings, civil"),
)
PUBLISH, PUBLISHED_END = Text("发布内容", "Publish the content"), Text("已发布", "Published")
SENDING_LEFT = Text(
    "群发前的测试和单位存档不在其中:分别调用子流程 test_and_mass_send 和 archive_publication。",
    "Testing before a mass send and the unit's own filing: call test_and_mass_send and archive_publication.",
)


def _publishing(
    id_: str, word: str, title: Text, summary: Text, *fields: Field, left: Text = SENDING_LEFT, after: bool = False
) -> Family:
    asked = (TITLE, *CONTENT, *fields)
    register = "" if after else "archive_publication"
    return Family(id_, word, "publishing", title, summary, asked, PUBLISH, PUBLISHED_END, left, register, after)


FAMILIES: dict[str, Family] = {
    one.id: one
    for one in (
        _publishing(
            "F1",
            "publish-approved",
            Text("内容发布(多级审批)", "Publishing after several approvals"),
            Text(
                "提交内容,逐级审核,最后批准,发布并登记存档。",
                "Content is reviewed step by step, approved, published and registered.",
            ),
        ),
        _publishing(
            "F2",
            "publish-reviewed",
            Text("内容发布(一级审核)", "Publishing after one review"),
            Text("提交内容,一人审核,发布并登记存档。", "Content is reviewed by one person, published and registered."),
        ),
        _publishing(
            "F3",
            "publish-level",
            Text("内容发布(分级)", "Publishing by level"),
            Text(
                "按信息级别申请,审核批准后发布并登记。", "Asked for with its level, approved, published and registered."
            ),
            choice("level", "信息级别", "Level", ("routine", "一般", "Routine"), ("major", "重大", "Major")),
            left=Text(
                "各级别走同一条路:需要不同审批人时,在流程图上加一个按「信息级别」分支的网关。",
                "All levels take the same way: add a gateway on the level where approvers differ.",
            ),
        ),
        _publishing(
            "F4",
            "publish-slot",
            Text("推送排期发布", "Publishing in a push"),
            Text(
                "投稿并写明希望的日期,审核后编排、发布并登记。",
                "Content with the day wanted is reviewed, scheduled, published and registered.",
            ),
            day("wanted_on", "希望发布日期", "Day wanted", "2026-12-10"),
            left=Text(
                "版位由人安排:要由系统占用推送版位,调用子流程 book_push_slot。",
                "The day is arranged by hand: call the part book_push_slot to book a place in the push.",
            ),
        ),
        _publishing(
            "F5",
            "publish-direct",
            Text("先发后查", "Published first, checked afterwards"),
            Text(
                "由撰稿人或管理员发布,事后由另一人核对。",
                "Published by whoever is in charge and checked afterwards by another person.",
            ),
            left=Text(
                "发布前没有审批,只在事后核对;不登记存档:登记簿只收审批过的内容。",
                "Nothing is approved before, only checked afterwards; only what is approved is registered.",
            ),
            after=True,
        ),
        Family(
            "F6",
            "account-apply",
            "accounts",
            Text("账号申请", "Applying for an account"),
            Text("申请账号,审核后由另一人开通。", "An account is asked for, approved and opened by another person."),
            (TITLE, short("account_wanted", "申请的账号", "Account wanted", "lin.demo"), REASON),
            Text("开通账号", "Open the account"),
            Text("账号已开通并登记", "Account opened and registered"),
            Text(
                "初始密码由办理人另行交付:要由系统以一次性链接交付,调用子流程 hand_over_account。",
                "The first password is handed over by hand: call the part hand_over_account to do it by a link.",
            ),
            "open_account",
        ),
        Family(
            "F7",
            "file-record",
            "office",
            Text("备案", "Filing"),
            Text(
                "把已办或将办的事项报送备案,确认后登记备案号。",
                "A matter is made known, confirmed and registered with a filing number.",
            ),
            (TITLE, long("details", "备案事项", "What is filed", "与合作单位签订了协议,现报备案。")),
            Text("核对材料", "Check the papers"),
            Text("已备案", "Filed"),
            Text("材料清单按制度补充到表单里。", "Add the papers that your regulation asks for to the form."),
            "file_record",
        ),
        Family(
            "F8",
            "platform-open",
            "accounts",
            Text("平台、应用开通", "Opening a platform"),
            Text(
                "申请开通平台或应用,批准后开通并备案。", "A platform or app is asked for, approved, opened and filed."
            ),
            (
                TITLE,
                short("platform_name", "平台名称", "Name of the platform", "示范服务号"),
                long("purpose", "用途", "Purpose", "发布服务信息。"),
            ),
            Text("开通平台", "Open the platform"),
            Text("已开通并备案", "Opened and filed"),
            Text(
                "写入平台登记簿:加服务任务 register_platform;认证、启用各有 certify_platform 和 operate_platform。",
                "To register the platform add register_platform, then certify_platform and operate_platform.",
            ),
            "file_record",
        ),
        Family(
            "F9",
            "temporary-right",
            "accounts",
            Text("临时授权、借用", "Temporary rights"),
            Text(
                "申请在一段时间内使用账号或权限,批准后授予,到期收回。",
                "A right is asked for until a day, granted, and taken back.",
            ),
            (
                TITLE,
                short("account_used", "账号或权限", "Account or right", "活动账号"),
                day("valid_until", "使用到", "Until", "2026-12-31"),
                REASON,
            ),
            Text("授予权限,到期收回", "Grant the right, take it back"),
            Text("已授予", "Granted"),
            Text(
                "到期由人收回:要由系统计时收回,调用子流程 lend_and_take_back。",
                "It is taken back by hand: call the part lend_and_take_back to have it timed.",
            ),
        ),
        Family(
            "F10",
            "account-return",
            "accounts",
            Text("离职、交回、注销", "Leaving and handing back"),
            Text(
                "申报离职或停用,审核后收回、移交或注销。",
                "A leaving is reported, reviewed, and accounts are taken back, passed on or closed.",
            ),
            (
                TITLE,
                choice(
                    "what_becomes",
                    "如何处理",
                    "What becomes of it",
                    ("close", "注销", "Close"),
                    ("pass_on", "移交他人", "Pass on"),
                    ("keep", "暂停保留", "Suspend"),
                ),
                REASON,
            ),
            Text("收回并移交", "Take back and pass on"),
            Text("已办结", "Cleared"),
            Text(
                "逐项清点由人办理:要由系统清点名下的账号和待办,调用子流程 clear_up_leaver。",
                "What is left is gone through by hand: call the part clear_up_leaver to have it found.",
            ),
        ),
        Family(
            "F11",
            "group-open",
            "office",
            Text("建群", "Opening a group"),
            Text(
                "申请建群并写明群管理员,同意后建群并备案。",
                "A group is asked for with its administrator, agreed to, opened and filed.",
            ),
            (
                TITLE,
                short("group_name", "群名称", "Name of the group", "示范工作群"),
                choice(
                    "group_kind",
                    "群类别",
                    "Kind of group",
                    ("work", "工作群", "Work"),
                    ("project", "项目群", "Project"),
                    ("customer", "客户群", "Customers"),
                ),
                short("group_admin", "群管理员", "Administrator of the group", "部门指定的管理员"),
            ),
            Text("建群并指定管理员", "Open the group, name its administrator"),
            Text("已建群并备案", "Opened and filed"),
            Text(
                "各类群由同一人同意:不同类别要不同审批人时,在流程图上按「群类别」分支。",
                "All kinds are agreed to by the same person: add a gateway on the kind where approvers differ.",
            ),
            "file_record",
        ),
        Family(
            "F12",
            "ticket",
            "office",
            Text("受理、转办、答复", "Requests and answers"),
            Text(
                "登记来件,分派审核,办理并答复。",
                "A request is entered, passed to whoever decides, dealt with and answered.",
            ),
            (
                TITLE,
                choice(
                    "request_kind",
                    "类别",
                    "Kind",
                    ("question", "咨询", "Question"),
                    ("complaint", "投诉", "Complaint"),
                    ("advice", "建议", "Advice"),
                ),
                long("request", "来件内容", "The request", "请说明办理的期限。"),
            ),
            Text("办理并答复", "Deal with it and answer"),
            Text("已答复", "Answered"),
            Text(
                "回访不在其中:需要时在答复之后再加一步。",
                "Following it up is not part of it: add a step after the answer.",
            ),
        ),
        Family(
            "F13",
            "regular-check",
            "office",
            Text("定期检查、整改", "Regular checks"),
            Text("提交检查发现,确认后由责任人整改。", "Findings are handed in, confirmed and mended."),
            (
                TITLE,
                long("findings", "检查发现", "What was found", "部分内容超过三十天未更新。"),
                day("mend_by", "整改期限", "To be mended by", "2026-12-20"),
            ),
            Text("整改", "Mend what was found"),
            Text("已整改", "Mended"),
            Text(
                "由人发起:需要定期自动开始时,由日程提醒负责人,或在流程图上加定时事件。",
                "A person begins it: add a timer event to the diagram for what comes round by itself.",
            ),
        ),
        Family(
            "F14",
            "violation",
            "office",
            Text("违规处理", "Dealing with a breach"),
            Text(
                "报告违规,核实定级,决定后执行并记录。",
                "A breach is reported, verified, decided, dealt with and recorded.",
            ),
            (
                TITLE,
                choice("grade", "程度", "Grade", ("minor", "轻微", "Minor"), ("serious", "严重", "Serious")),
                long("facts", "事实经过", "What happened", "未经审核转发了内部信息。"),
            ),
            Text("执行处理决定", "Carry out the decision"),
            Text("已处理并记录", "Dealt with and recorded"),
            Text(
                "申诉和暂停账号不在其中:需要时加申诉的分支和服务任务 suspend_account。",
                "Appeals and suspending accounts are not part of it: add a branch, and the operation suspend_account.",
            ),
            "file_record",
        ),
    )
}
