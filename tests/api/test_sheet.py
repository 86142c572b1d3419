"""A sheet over the interface: printed once for one key, refused to strangers, verified by its code."""

from base64 import b64decode
from hashlib import sha256

import pytest
import sqlalchemy as sa

import models
from tests.api.conftest import Interface
from web.api import bodies
from web.api.limit import Brake


@pytest.fixture(autouse=True)
def rested_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "prints", Brake(0))


def prints(api: Interface) -> int:
    with models.reading(api.engine) as conn:
        return int(conn.scalar(sa.select(sa.func.count()).select_from(models.sheets)))


def test_the_answer_holds_the_pdf_its_hash_and_its_code(api_on_both: Interface) -> None:
    api = api_on_both
    case = api.start()
    told = api.as_("lin.xia").post(f"/cases/{case}/sheet")
    assert told.status_code == 201
    pdf = b64decode(told.json["pdf"])
    assert pdf.startswith(b"%PDF-") and sha256(pdf).hexdigest() == told.json["sha256"]
    assert told.json["address"].endswith(f"/verify/{told.json['code']}")
    page = api.app.test_client().get(f"/verify/{told.json['code']}")
    assert page.status_code == 200 and told.json["sha256"] in page.get_data(as_text=True)


def test_one_key_is_one_print(api: Interface) -> None:
    case = api.start()
    first, second = (api.as_("lin.xia").post(f"/cases/{case}/sheet", key="print-1") for _ in range(2))
    assert first.json == second.json and prints(api) == 1


def test_a_stranger_gets_no_sheet(api: Interface) -> None:
    case = api.start()
    assert api.as_("shi.xi").post(f"/cases/{case}/sheet").status_code == 404
    assert api.as_("lin.xia").post("/cases/999/sheet").status_code == 404
    assert prints(api) == 0


def test_who_prints_without_end_is_slowed(api: Interface, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "prints", Brake(2))
    case = api.start()
    statuses = [api.as_("lin.xia").post(f"/cases/{case}/sheet").status_code for _ in range(4)]
    assert statuses[:2] == [201, 201] and statuses[-1] == 429
