"""An installation as the README makes one: its data in a folder that is named relative to where it was started."""

from pathlib import Path

import pytest

from tests.support.databases import Database
from tests.web.conftest import build
from tests.web.test_rights import picture
from tests.web.visitor import Visitor, file


def test_pictures_are_shown_from_a_relative_data_folder(
    sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = build(sqlite, Path("var"))
    applicant = Visitor(app, "lin.xia")
    case_id = applicant.start(images=[file(picture(), "现场.jpg")], image_source="本单位拍摄", image_copyright="本单位")
    links = applicant.open(f"/cases/{case_id}").links()
    address = next(link for link in links if link.startswith("/uploads/")).removesuffix("/view")
    assert applicant.open(address).status == 200
    app.extensions["house"].engine.dispose()
