"""A story of walks.json, played by real people through the pages: each in a browser window of their own."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from engine.kernel.document import Document
from engine.procedures.forms import Field, Form, questions
from engine.procedures.package import load_package, package_folders
from engine.walks.runner import Runner
from engine.walks.samples import Sample, is_sample
from tests.bpmn.drawing import CATALOGUE
from tests.browser.people import sign_in
from tests.support.browser import Pages
from tests.support.house import House

ENDS = {"done": "已完成", "rejected": "已拒绝", "withdrawn": "已撤回", "running": "审批中"}
OFFICE_TIME = ZoneInfo("Asia/Shanghai")


class Play:
    """One story in one house; `people` by login."""

    def __init__(self, house: House, pages: Pages, folder: Path, slug: str, walk: str):
        self.house, self.pages, self.folder = house, pages, folder
        self.package = load_package(next(one for one in package_folders(CATALOGUE) if one.name == slug))
        drawn = [Document.read(text) for text in self.package.documents.values()]
        self.nodes = {node.id: node for document in drawn for process in document.processes for node in process.nodes}
        self.forms = {key: Form(schema, key) for key, schema in self.package.forms.items()}
        self.walk = next(one for one in self.package.walks if one["id"] == walk)
        self.runner = Runner(house.engine, house.office, slug)
        self.people: dict[str, Page] = {}
        self.number = ""
        if "at" in self.walk:
            self.runner.now = datetime.fromisoformat(self.walk["at"])
        self.house.clock.now = self.runner.now

    def live(self) -> Page:
        """Play it to its end; the applicant's window at the page of the case."""
        self.runner.furnish(self.walk)
        self.runner.move_people(self.walk)
        self.start()
        for step in self.walk["steps"]:
            if "task" in step:
                self.act(step)
            else:  # time passes, people come and go: not through the pages
                self.runner.step(step)
                self.house.clock.now = self.runner.now
        page = self.window(self.walk["applicant"])
        self.runner.check(self.walk["expect"])
        page.goto(f"{self.house.url}/cases/{self.runner.case_id}")
        expect(page.locator(".qf-head")).to_contain_text(ENDS[self.walk["expect"]["state"]])
        return page

    def window(self, login: str) -> Page:
        if login not in self.people:
            self.people[login] = sign_in(self.pages.open(), self.house.url, login)
        return self.people[login]

    def start(self) -> None:
        page = self.window(self.walk["applicant"])
        page.goto(f"{self.house.url}/catalogue?q={self.package.slug}")
        page.locator(f"a[href='/start/{self.package.slug}']").click()
        self.fill(page, self.form_of("submit"), self.walk["start"])
        self.press(page, page.locator(".qf-bar").get_by_role("button", name="提交", exact=True))
        self.runner.case_id = int(page.url.rsplit("/", 1)[1])
        self.number = page.locator(".qf-head .qf-number").inner_text()

    def act(self, step: dict[str, Any]) -> None:
        """Somebody finds the task in the list, fills in what it asks and completes it."""
        page = self.window(step["as"])
        self.take(page, step["task"])
        answers = dict(step.get("answers") or step.get("change") or {})
        decision = answers.pop("decision", None)
        self.fill(page, self.form_of(step["task"]), answers)
        self.press(page, self.button(page, decision))

    def take(self, page: Page, step: str) -> None:
        """The task from the inbox, or from what is offered to the whole group."""
        page.goto(f"{self.house.url}/inbox?search={self.number}")
        row = page.locator(".qf-item", has_text=self.number).filter(has_text=self.nodes[step].name)
        if row.count():
            row.get_by_role("link", name="办理").click()
        else:
            page.goto(f"{self.house.url}/inbox/claimable?search={self.number}")
            row.get_by_role("button", name="认领").click()
        expect(page.locator(".qf-bar")).to_be_visible()

    def form_of(self, step: str) -> Form | None:
        return self.forms.get(self.nodes[step].properties.get("form", ""))

    def button(self, page: Page, decision: str | None) -> Locator:
        bar = page.locator(".qf-bar-buttons")
        if decision is None:
            return bar.locator("> button.btn-primary")
        found = bar.locator(f"button[name=decision][value={decision}]")
        if not found.is_visible():  # it asks once more
            bar.locator("details", has=page.locator(f"button[value={decision}]")).locator("summary").click()
        return found

    def press(self, page: Page, button: Locator) -> None:
        button.click()
        problem = page.locator(".qf-problem")
        done = page.locator(".qf-flash.alert-success")
        expect(problem.or_(done).first).to_be_visible()
        assert not problem.count(), problem.inner_text()

    # --- filling in

    def fill(self, page: Page, form: Form | None, answers: dict[str, Any], prefix: str = "") -> None:
        fields = {each.key: each for each in questions(form.fields)} if form else {}
        assert answers.keys() <= fields.keys(), answers.keys() - fields.keys()
        self.answer(page, list(fields.values()), answers, prefix)

    def answer(self, page: Page, fields: list[Field], answers: dict[str, Any], prefix: str) -> None:
        for field in fields:
            if field.key in answers and not field.readonly:
                FILL.get(field.type, _text)(self, page, field, prefix + field.key, answers[field.key])


def _text(_play: Play, page: Page, _field: Field, name: str, value: Any) -> None:
    # the other moves of the page have fields of the same name, which belong to forms of their own
    page.locator(f"[name='{name}']:not([form])").fill("" if value is None else str(value))


def _moment(_play: Play, page: Page, _field: Field, name: str, value: Any) -> None:
    local = datetime.fromisoformat(value).astimezone(OFFICE_TIME).strftime("%Y-%m-%dT%H:%M") if value else ""
    page.locator(f"[name='{name}']").fill(local)


def _select(_play: Play, page: Page, _field: Field, name: str, value: Any) -> None:
    page.locator(f"select[name='{name}']").select_option("" if value is None else str(value))


def _box(_play: Play, page: Page, _field: Field, name: str, value: Any) -> None:
    page.locator(f"input[type=checkbox][name='{name}']").set_checked(bool(value))


def _radio(_play: Play, page: Page, _field: Field, name: str, value: Any) -> None:
    page.locator(f"input[name='{name}'][value='{value}']").check()


def _several(_play: Play, page: Page, field: Field, name: str, value: Any) -> None:
    for option in field.options:
        page.locator(f"input[name='{name}'][value='{option.value}']").set_checked(option.value in (value or []))


def _rows(play: Play, page: Page, field: Field, name: str, value: Any) -> None:
    for index, row in enumerate(value or []):
        if not page.locator(f"[name^='{name}[{index}].']").count():
            page.locator(f"button[name=_add][value='{name}']").click()
            expect(page.locator(f"[name^='{name}[{index}].']").first).to_be_visible()
        play.answer(page, list(questions(field.fields)), row, f"{name}[{index}].")


def _files(play: Play, page: Page, _field: Field, name: str, value: Any) -> None:
    chips = page.locator(f"#{name.replace('[', '-').replace('].', '-')}-files .qf-file")
    while chips.count():  # what was there before goes
        chips.first.locator("[data-drop]").click()
    paths = [_made(play, each) for each in ([value] if isinstance(value, dict) else value or []) if is_sample(each)]
    if paths:
        page.locator(f"input[type=file][name='{name}']").set_input_files(paths)
        expect(chips).to_have_count(len(paths))


def _made(play: Play, described: dict[str, Any]) -> Path:
    sample = Sample.wanted(described)
    path = play.folder / sample.name
    path.write_bytes(sample.stream().read())
    return path


FILL: dict[str, Callable[[Play, Page, Field, str, Any], None]] = {
    "datetime": _moment,
    "select": _select,
    "checkbox": _box,
    "radio": _radio,
    "checklist": _several,
    "taglist": _several,
    "dynamiclist": _rows,
    "filepicker": _files,
}
