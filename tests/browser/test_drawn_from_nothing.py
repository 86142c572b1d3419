"""一般性工作信息发布 drawn from an empty page by mouse and keyboard, tried, released by a second person, and lived."""

from playwright.sync_api import Page, expect

from tests.browser.people import sign_in
from tests.browser.studio import press, released, tab
from tests.browser.test_diagram import Board
from tests.support.browser import Pages
from tests.support.house import House

SLUG = "pub-routine-work-info-drawn"
TITLE, LINK = "十一月销售进展", "https://mp.weixin.qq.com/s/demo"
CHOSEN = "qianfaDiagram.modeler.get('selection').get()[0]?.id"


class Hand(Board):
    """A hand that draws on a board of its own page."""

    def __init__(self, page: Page):
        self.page = page

    def append(self, source: str, action: str, id: str, name: str) -> None:
        """One element behind another, from the pad beside it; its id and name."""
        self.take(source)
        self.page.locator(f".djs-context-pad [data-action='append.{action}']").click()
        self.page.wait_for_function(f"{CHOSEN} !== '{source}'")
        self.page.keyboard.press("Escape")
        self.call(id, name)

    def take(self, element: str) -> None:
        """Choose it, unless it is chosen; a click just after something was put down is not heard.

        Near its upper edge: the pad of a line lies over the middle of what the line leads to.
        """
        for _ in range(200):
            if self.page.evaluate(CHOSEN) == element:
                return
            self.page.mouse.click(*self.middle(element, 0.15))
        raise AssertionError(f"{element} cannot be chosen")

    def place(self, source: str, action: str, id: str, name: str) -> None:
        """One element of the palette to the right of another, then the line to it."""
        x, y = self.middle(source)
        self.page.locator(f".djs-palette [data-action='{action}']").click()
        self.page.mouse.move(x + 150, y)
        self.page.mouse.click(x + 160, y)
        self.page.wait_for_function(f"{CHOSEN} !== '{source}'")
        self.page.keyboard.press("Escape")
        self.call(id, name)
        self.connect(source, id)

    def call(self, id: str, name: str) -> None:
        if name:
            self.write("name", name)
        self.write("id", id)

    def connect(self, source: str, target: str) -> None:
        for _ in range(50):
            self.take(source)
            self.page.locator(".djs-context-pad [data-action='connect']").click()
            self.page.mouse.move(*self.middle(target, 0.4))
            self.page.mouse.click(*self.middle(target))
            if self.between(source, target):
                return
            self.page.keyboard.press("Escape")
        raise AssertionError(f"no line from {source} to {target}")

    def between(self, source: str, target: str) -> str:
        """The id of the line."""
        registry = "qianfaDiagram.modeler.get('elementRegistry')"
        find = f"([a, b]) => {registry}.get(a).outgoing.find(flow => flow.target.id === b)?.id ?? ''"
        return str(self.page.evaluate(find, [source, target]))

    def default(self, gateway: str, target: str) -> None:
        self.take(gateway)
        self.part("panel").locator("select[data-key='default']").select_option(self.between(gateway, target))

    def condition(self, gateway: str, target: str, name: str, left: str, right: str) -> None:
        """The way to a step is taken from the gateway's list."""
        self.take(gateway)
        self.part("panel").get_by_role("button", name=f"到「{target}」").click()
        self.write("name", name)
        self.part("panel").get_by_role("button", name="添加条件").click()
        self.choose("condition.left.0", left)
        if self.part("panel").locator("select[data-key='condition.right.0']").count():
            self.choose("condition.right.0", right)
        else:
            self.write("condition.right.0", right)


def add_field(page: Page, kind: str, label: str, key: str, options: tuple[tuple[str, str], ...] = ()) -> None:
    page.get_by_label("添加字段").select_option(kind)
    page.locator("#add-label").fill(label)
    page.locator("#add-key").fill(key)
    page.get_by_role("button", name="添加", exact=True).click()
    page.get_by_role("link", name=f"修改 {label}").click()
    detail = page.locator("#detail")
    if kind != "textarea":
        detail.get_by_label("必填").check()
    for number, (said, value) in enumerate(options, 1):
        detail.get_by_label(f"第{number}个选项", exact=True).fill(said)
        detail.get_by_label(f"第{number}个选项的值", exact=True).fill(value)
    page.get_by_role("button", name="保存字段").click()
    expect(page.get_by_text("已保存到草稿")).to_be_visible()


def new_form(page: Page, name: str) -> None:
    page.get_by_text("新表单").click()
    page.get_by_label("表单代号").fill(name)
    page.get_by_role("button", name="建立").click()
    expect(page.locator(".qf-form-names [aria-current=page]")).to_have_text(name)


def forms(page: Page) -> None:
    """What is asked at the three steps."""
    tab(page, "表单")
    add_field(page, "radio", "发布渠道", "channel", (("公司工作微信账号", "work_wechat"), ("企业微信", "hq_wecom")))
    add_field(page, "radio", "信息类别", "category", (("工作动态", "work"), ("其他", "other")))
    new_form(page, "review")
    add_field(page, "radio", "结论", "decision")  # comes with its three answers
    add_field(page, "textarea", "意见", "comment")
    new_form(page, "publish")
    add_field(page, "textfield", "发布链接", "published_link")


def table(page: Page) -> None:
    """分级: 工作动态 is routine, anything else is not."""
    tab(page, "决策表")
    page.get_by_label("名称").fill("分级表")
    page.get_by_label("代号(英文,图上引用)").fill("grading")
    page.get_by_role("button", name="新建").click()
    page.get_by_label("表单字段").select_option("category")
    page.get_by_role("button", name="加输入").click()
    page.get_by_label("输出的名称").fill("级别")
    page.get_by_label("输出的代号").fill("level")
    page.get_by_role("button", name="加输出").click()
    for row, (given, found) in enumerate((("工作动态", "routine"), ("其他", "major")), 1):
        page.get_by_role("button", name="加一行", exact=True).click()
        page.get_by_label(f"第{row}行,信息类别", exact=True).fill(given)
        page.get_by_label(f"第{row}行,级别", exact=True).fill(found)
    page.locator(".qf-cell-acts").get_by_role("button", name="保存").click()
    expect(page.locator("#checked").locator("..")).to_contain_text("没有空缺,没有重叠")


def draw(page: Page) -> None:
    board = Hand(page)
    board.ready()
    board.append("wanted", "gateway", "before_submit", "")
    board.append("before_submit", "append-task", "submit", "自查并提交工作信息")
    board.choose("kind", "填写、提交")
    board.choose("who.kind", "申请人")
    board.choose("form", "submit")
    board.place("submit", "create.rule-task", "grade", "查分级表")
    board.take("grade")
    board.choose("table", "分级表")
    board.append("grade", "append-task", "review_by_department_head", "部门负责人审核")
    board.choose("kind", "审批(作决定)")
    board.choose("who.kind", "单位负责人")
    board.choose("form", "review")
    board.write("due.days", "1")
    board.part("panel").locator("summary", has_text="职责分离").click()
    board.part("panel").get_by_label("自查并提交工作信息").check()
    board.append("review_by_department_head", "gateway", "reviewed", "审核通过吗?")
    board.append("reviewed", "gateway", "still_routine", "确属一般性信息吗?")
    board.append("still_routine", "append-task", "publish_post", "按规定渠道发布")
    board.choose("kind", "办理(做一件事)")
    board.choose("who.kind", "申请人")
    board.choose("form", "publish")
    board.place("publish_post", "create.service-task", "record_publication", "登记发布")
    board.take("record_publication")
    board.choose("operation", "登记发布(archive_publication)")
    for name, value in {"title": "title", "channel": "channel", "link": "published_link"}.items():
        board.write(f"parameter.{name}", value)
    board.append("record_publication", "end-event", "published", "已发布")
    board.append("reviewed", "end-event", "rejected", "部门不予发布")
    board.append("still_routine", "end-event", "more_than_routine", "应按重大信息另行申请")
    board.connect("reviewed", "before_submit")
    board.default("reviewed", "before_submit")
    board.condition("reviewed", "确属一般性信息吗?", "同意", "结论(decision)", "同意")
    board.condition("reviewed", "部门不予发布", "拒绝", "结论(decision)", "拒绝")
    board.default("still_routine", "more_than_routine")
    board.condition("still_routine", "按规定渠道发布", "一般", "level", "routine")
    board.checked()
    expect(page.locator(".qf-finding .bg-red-lt")).to_have_count(0)
    board.saved()


def asked(page: Page) -> None:
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("公司工作微信账号").check()
    page.get_by_label("工作动态").check()


def tried(page: Page) -> None:
    """Walked to its end by stand-ins, and kept as a story."""
    tab(page, "试运行")
    page.locator("#as").select_option("li.yichen")
    asked(page)
    press(page, "提交")
    page.locator("#as").select_option("lu.qing")
    press(page, "同意")
    page.locator("#as").select_option("li.yichen")
    page.get_by_label("发布链接").fill(LINK)
    press(page, "办理完成")
    expect(page.locator("#ended")).to_contain_text("已发布")
    page.get_by_role("textbox", name="演练名称").fill("同意并发布")
    page.get_by_role("button", name="存为演练").click()
    expect(page.locator("#walks")).to_contain_text("同意并发布")


def lived(house: House, officer: Page, head: Page) -> None:
    """A case goes through the procedure to its end."""
    officer.goto(f"{house.url}/start/{SLUG}")
    asked(officer)
    press(officer, "提交")
    for page, link, done in ((head, "", "同意"), (officer, LINK, "办理完成")):
        page.goto(f"{house.url}/inbox")
        page.locator(".qf-item", has_text=TITLE).get_by_role("link", name="办理").click()
        if link:
            page.get_by_label("发布链接").fill(link)
        press(page, done)
        expect(page.locator(".qf-flash.alert-success")).to_be_visible()
    officer.goto(f"{house.url}/inbox/mine")
    officer.locator(".qf-item", has_text=TITLE).get_by_role("link").first.click()
    expect(officer.locator(".qf-timeline")).to_contain_text("流程结束")
    expect(officer.locator(".qf-timeline")).to_contain_text("登记存档")


def test_drawn_tried_released_and_lived(house: House, pages: Pages) -> None:
    page = sign_in(pages.open(viewport={"width": 2400, "height": 1000}), house.url, "lu.qing")
    page.goto(f"{house.url}/studio/new")
    page.get_by_role("link", name="都不像?从一张白纸开始画。").click()
    page.get_by_label("流程名称").fill("一般性工作信息发布(新)")
    page.get_by_label("代号(可以不填)").fill(SLUG)
    page.get_by_label("负责单位").select_option("ADM")
    page.get_by_label("谁可以发起").select_option(label="信息发布人")
    page.get_by_role("button", name="开始画").click()
    Hand(page).ready()
    forms(page)
    table(page)
    tab(page, "流程图")
    draw(page)
    tried(page)
    released(
        house,
        page,
        sign_in(pages.open(), house.url, "shen.yan"),
        "把一般性工作信息的发布画成流程",
        "1 个演练全部走通",
    )
    lived(house, sign_in(pages.open(), house.url, "li.yichen"), page)
