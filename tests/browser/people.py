"""People of the demonstration company, each at a browser window of their own."""

from datetime import date, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from engine.actions.found import DEMO_PASSWORD

BODY = "示范集团将于十二月一日在总部展厅举办秋季新品发布会,欢迎合作伙伴到场交流。"


def sign_in(page: Page, url: str, login: str) -> Page:
    """The person's own window, at the list of what waits."""
    page.goto(f"{url}/sign-in")
    page.locator("#login").fill(login)
    page.locator("#password").fill(DEMO_PASSWORD)
    page.locator("#sign-in").get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="待办", level=1)).to_be_visible()
    return page


class Colleague:
    """Somebody who works through the pages as they are shown."""

    def __init__(self, page: Page, url: str, name: str):
        self.page, self.url, self.name = page, url, name
        page.goto(f"{url}/sign-in")
        page.locator(".qf-cast-person", has_text=name).click()
        expect(page.get_by_role("heading", name="待办", level=1)).to_be_visible()

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}")

    def take(self, title: str, box: str = "") -> None:
        """Open the task of that title from the list; claim it first where it is offered to a group."""
        self.open(f"/inbox/{box}" if box else "/inbox")
        row = self.page.locator(".qf-item", has_text=title)
        if box:
            row.get_by_role("button", name="认领").click()
        else:
            row.get_by_role("link", name="办理").click()
        expect(self.page.locator(".qf-bar")).to_be_visible()

    def fill(self, **answers: str) -> None:
        for key, value in answers.items():
            field = self.page.locator(f"[name='{key}']:not([type=hidden])").first
            kind = field.evaluate("field => field.type")
            if kind == "select-one":
                field.select_option(value)
            elif kind in ("checkbox", "radio"):
                self.page.locator(f"[name='{key}'][value='{value}']").check()
            else:
                field.fill(value)

    def attach(self, key: str, path: Path) -> None:
        self.page.locator(f"input[type=file][name='{key}']").set_input_files(path)
        if self.page.locator("html.js").count():
            expect(self.page.locator(f"#{key}-files .qf-file-name", has_text=path.name)).to_be_visible()

    def press(self, label: str) -> Locator:
        """Press a button of the bar and see that it worked."""
        self.page.locator(".qf-bar").get_by_role("button", name=label, exact=True).click()
        done = self.page.locator(".qf-flash.alert-success")
        expect(done).to_be_visible()
        return done

    def write_post(self, name: str, picture: Path | None = None, **other: str) -> None:
        self.open("/start/pub-company-info")
        answers = {
            "title": name, "body": BODY, "channel": "official_wechat", "category": "1", "source": "销售部",
            "secrecy": "none", "contact": "林夏 分机 8021", "declaration": "on",
        }  # fmt: skip
        self.fill(**answers | other)
        if picture:
            self.attach("images", picture)
            self.fill(image_source="本单位拍摄", image_copyright="示范集团所有")


def photograph(folder: Path, name: str = "现场.jpg") -> Path:
    """A JPEG between 1 MB and 5 MB, as the regulation wants it."""
    path = folder / name
    Image.effect_noise((1600, 1000), 90).convert("RGB").save(path, "JPEG", quality=92)
    assert 1_048_576 < path.stat().st_size < 5_242_880
    return path


def screenshot(folder: Path, name: str) -> Path:
    path = folder / name
    Image.new("RGB", (390, 844), "#e8eef7").save(path, "PNG")
    return path


def tomorrow() -> str:
    return (date.today() + timedelta(days=1)).isoformat()
