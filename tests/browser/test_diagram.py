"""A process owner draws: a step put into a live procedure, a condition built, faults told and mended, two at once."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from engine.kernel.document import Document, Node
from tests.bpmn.drawing import CATALOGUE
from tests.browser.people import sign_in
from tests.support.browser import Pages, axe
from tests.support.server import RunningServer

SLUG = "pub-company-info"
BEFORE = CATALOGUE / "publishing" / SLUG / f"{SLUG}.bpmn"
SAVE_STORIES = """async () => {
  const { urls, revision } = qianfaDiagram.saving;
  const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  const body = JSON.stringify({ revision, files: { "walks.json": "[]" } });
  return (await fetch(urls.save, { method: "PUT", headers, body })).status;
}"""


class Board:
    """The drawing board of one person, used as it is seen."""

    def __init__(self, pages: Pages, server: RunningServer, login: str = "shen.yan", slug: str = SLUG):
        self.page = sign_in(pages.open(viewport={"width": 1500, "height": 1000}), server.url, login)
        self.server = server
        self.go(slug)

    def go(self, slug: str) -> None:
        self.page.goto(f"{self.server.url}/studio?q={slug}")
        row = self.page.locator("tr", has_text=slug)
        row.get_by_role("button", name="修改").or_(row.get_by_role("link", name="修改中")).click()
        self.page.get_by_role("link", name="流程图").click()
        self.home = self.page.url
        self.ready()

    def ready(self) -> None:
        expect(self.page.locator("#studio-diagram")).to_have_attribute("data-drawn", "yes")
        self.checked()

    def checked(self) -> None:
        expect(self.part("findings")).to_have_attribute("aria-busy", "false", timeout=40_000)

    def saved(self) -> None:
        expect(self.part("state")).to_have_text("已保存", timeout=40_000)

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-part={name}]")

    def shape(self, element: str) -> Locator:
        return self.page.locator(f".djs-element[data-element-id='{element}']")

    def middle(self, element: str, along: float = 0.5) -> tuple[float, float]:
        """Where on the screen the middle of a shape or of a straight flow is."""
        box = self.shape(element).locator(".djs-visual").first.bounding_box()
        assert box is not None
        return box["x"] + box["width"] * 0.5, box["y"] + box["height"] * along

    def click(self, element: str) -> None:
        self.page.mouse.click(*self.middle(element))

    def put_in(self, source: str, flow: str, name: str) -> Locator:
        """A step from the palette onto the flow that leaves the source; what is found missing: who acts."""
        self.part("canvas").locator("[data-action='create.task']").click()
        self.page.mouse.move(*self.middle(source, 1.2))
        self.page.mouse.click(*self.middle(flow))
        self.page.keyboard.type(name)
        self.page.keyboard.press("Enter")
        self.checked()
        told = self.finding("who_missing")
        expect(told).to_have_count(1)
        return told

    def choose(self, key: str, label: str) -> None:
        self.part("panel").locator(f"[data-key='{key}']").select_option(label=label)

    def write(self, key: str, text: str) -> None:
        field = self.part("panel").locator(f"[data-key='{key}']")
        field.fill(text)
        field.press("Tab")

    def value(self, key: str) -> str:
        return self.part("panel").locator(f"[data-key='{key}']").input_value()

    def finding(self, code: str) -> Locator:
        return self.page.locator(f".qf-finding[data-code='{code}']")

    def undo(self) -> None:
        self.page.locator("[data-act=undo]").click()

    def document(self) -> Document:
        return Document.read(self.page.request.get(f"{self.home}.bpmn").body())


def facts(node: Node) -> tuple[object, ...]:
    flows = sorted(flow.id for flow in node.outgoing)
    return node.kind, node.name, node.properties, node.lane, node.default, node.called, flows


def test_a_step_is_put_in_and_told_who_acts_with_which_form_and_until_when(server: RunningServer, pages: Pages) -> None:
    board = Board(pages, server)
    assert axe(board.page) == []
    # From the palette onto the flow from submission to review; its name is typed at once.
    told = board.put_in("submit", "submit_to_review_by_unit_head", "法务复核")
    new = told.get_attribute("data-element")
    expect(board.page.locator(f".djs-overlays[data-container-id='{new}'] .qf-badge.is-error")).to_be_visible()
    told.click()
    expect(board.part("panel").locator("[data-key=id]")).to_have_value(str(new))
    # Words of business, chosen.
    board.write("id", "legal_review")
    board.choose("kind", "办理(做一件事)")
    board.choose("who.kind", "担任某岗位的人")
    board.choose("who.role", "企管办")
    board.choose("who.unit", "  企管部")
    assert board.value("who.raw") == 'role("企管办", unit("企管部"))'
    board.choose("form", "publish")
    board.write("due.days", "2")
    board.part("panel").locator("summary", has_text="职责分离").click()
    board.part("panel").get_by_label("提出发布申请").check()
    board.checked()
    expect(board.page.locator(".qf-finding .bg-red-lt")).to_have_count(0)
    # One act, one undo.
    board.undo()
    expect(board.part("panel").get_by_label("提出发布申请")).not_to_be_checked()
    assert board.value("due.raw") == "P2D"
    board.page.locator("[data-act=redo]").click()
    board.saved()

    board.page.reload()
    board.ready()
    after, before = board.document().processes[0], Document.read(BEFORE.read_bytes()).processes[0]
    made = after.by_id["legal_review"]
    assert made.properties == {
        "who": 'role("企管办", unit("企管部"))',
        "form": "publish",
        "kind": "do",
        "due": "P2D",
        "separate": "submit",
    }
    assert (made.kind, made.name) == ("userTask", "法务复核")
    assert [flow.source for flow in made.incoming] == ["submit"]
    assert [flow.target for flow in made.outgoing] == ["review_by_unit_head"]
    same = {node.id: facts(node) for node in before.nodes}
    assert {node.id: facts(node) for node in after.nodes if node is not made} == same
    assert len(after.flows) == len(before.flows) + 1


def test_a_condition_is_built_and_a_wrong_one_told_at_its_flow(server: RunningServer, pages: Pages) -> None:
    board = Board(pages, server)
    board.click("unit_head_rejects")
    assert board.value("condition.raw") == 'decision == "reject"'
    board.part("panel").get_by_role("button", name="添加条件").click()
    board.choose("condition.left.1", "发布渠道(channel)")
    board.choose("condition.right.1", "官方微博")
    assert board.value("condition.raw") == 'decision == "reject" and channel == "official_weibo"'
    board.choose("condition.join.1", "或者")
    board.write("condition.raw", 'decision == "rejected"')
    board.checked()
    expect(board.finding("option_unknown")).to_have_attribute("data-element", "unit_head_rejects")
    expect(board.page.locator(".djs-overlays[data-container-id='unit_head_rejects'] .qf-badge")).to_be_visible()
    board.undo()
    board.undo()
    assert board.value("condition.raw") == 'decision == "reject" and channel == "official_weibo"'
    board.checked()
    board.saved()
    flow = next(one for one in board.document().processes[0].flows if one.id == "unit_head_rejects")
    assert flow.condition == 'decision == "reject" and channel == "official_weibo"'


def test_of_two_who_draw_the_second_is_told_and_a_step_is_pasted_elsewhere(
    server: RunningServer, pages: Pages, tmp_path: Path
) -> None:
    first, second = Board(pages, server), Board(pages, server, "tian.ye")
    first.click("review_by_unit_head")
    first.write("name", "单位负责人审核")
    first.saved()
    # What changed beside the drawing is no conflict: the board goes on.
    assert first.page.evaluate(SAVE_STORIES) == 200
    first.write("name", "单位负责人复核")
    first.saved()
    second.click("review_by_unit_head")
    second.write("name", "部门负责人审核")
    warning = second.page.locator("#studio-conflict")
    expect(warning).to_contain_text("沈岩刚刚保存了")
    expect(second.part("state")).to_contain_text("尚未保存")
    with second.page.expect_download() as kept:
        warning.get_by_role("button", name="下载我的流程图").click()
    kept.value.save_as(tmp_path / "mine.bpmn")
    assert "部门负责人审核" in (tmp_path / "mine.bpmn").read_text()
    assert first.document().processes[0].by_id["review_by_unit_head"].name == "单位负责人复核"
    warning.get_by_role("button", name="用我的保存").click()
    second.saved()
    assert first.document().processes[0].by_id["review_by_unit_head"].name == "部门负责人审核"

    second.page.locator(".djs-container > svg").focus()
    second.page.keyboard.press("Control+c")
    second.go("pub-repost")
    second.page.locator(".djs-container > svg").focus()
    second.page.keyboard.press("Control+v")
    box = second.part("canvas").bounding_box()
    assert box is not None
    second.page.mouse.move(box["x"] + 500, box["y"] + 300)
    second.page.mouse.click(box["x"] + 510, box["y"] + 310)
    expect(second.page.locator("[data-act=undo]")).to_be_enabled()
    second.saved()
    pasted = [node for node in second.document().processes[0].nodes if node.name == "部门负责人审核"]
    assert [node.properties["who"] for node in pasted] == ["head_of(applicant.unit)"]

    # A file of another tool, without a drawing, is drawn; one press brings back what was here.
    bare = tmp_path / "bare.bpmn"
    text = BEFORE.read_text().replace("approve_by_enterprise_head", "approved_elsewhere")
    bare.write_text(re.sub(r"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", "", text, flags=re.DOTALL))
    second.part("file").set_input_files(bare)
    expect(second.shape("approved_elsewhere")).to_be_visible()
    second.page.get_by_role("button", name="恢复导入前的流程图").click()
    expect(second.shape("approved_elsewhere")).to_have_count(0)
    expect(second.shape(pasted[0].id)).to_be_visible()


@pytest.mark.parametrize("window", [{"width": 390, "height": 844}])
def test_on_a_phone_the_diagram_is_shown_and_not_changed(
    server: RunningServer, pages: Pages, window: dict[str, int]
) -> None:
    page = sign_in(pages.open(viewport=window), server.url, "shen.yan")
    page.goto(f"{server.url}/studio?q={SLUG}")
    page.get_by_role("button", name="修改").click()
    page.get_by_role("link", name="流程图").click()
    expect(page.locator("#studio-small")).to_have_attribute("data-drawn", "yes")
    expect(page.locator(".qf-board-small")).to_contain_text("手机上只能查看")
    expect(page.locator("#studio-diagram")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
