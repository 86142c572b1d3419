"""Files over the interface: what comes in, and that it goes out as something to save."""

import io

import pytest
from PIL import Image

from tests.api.conftest import Interface

RAW = "application/octet-stream"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


def test_a_raw_body_is_told_by_its_bytes(api: Interface) -> None:
    told = api.as_("lin.xia").post("/uploads?name=photo.png", data=picture(), content_type=RAW)
    assert told.status_code == 201, told.json
    assert (told.json["name"], told.json["type"]) == ("photo.png", "image/png")
    assert told.json["size"] == len(picture())


def test_a_multipart_body_is_the_same(api: Interface) -> None:
    raw = api.as_("lin.xia").post("/uploads?name=photo.png", data=picture(), content_type=RAW)
    form = api.as_("lin.xia").post("/uploads", data={"file": (io.BytesIO(picture()), "photo.png")})
    assert (raw.json["sha256"], raw.json["type"]) == (form.json["sha256"], form.json["type"])


def test_a_download_is_an_attachment_that_no_browser_shows(api: Interface) -> None:
    number = api.as_("lin.xia").post("/uploads?name=照片.png", data=picture(), content_type=RAW).json["id"]
    told = api.as_("lin.xia").get(f"/uploads/{number}")
    assert told.data == picture()
    assert told.headers["Content-Disposition"].startswith("attachment")
    assert told.headers["X-Content-Type-Options"] == "nosniff"
    assert told.headers["Content-Type"] == RAW
    assert "sandbox" in told.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("photo.png", b"<html><script>alert(1)</script></html>"),
        ("photo.png", b""),
        ("cut.png", picture()[:40]),
        ("tool.exe", b"MZ\x90\x00" + b"\0" * 100),
    ],
)
def test_what_is_not_what_it_says_is_422(api: Interface, name: str, data: bytes) -> None:
    told = api.as_("lin.xia").post(f"/uploads?name={name}", data=data, content_type=RAW)
    assert told.status_code == 422, told.json
    assert told.json["message"]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.png", "..\\x.png", "/abs.png", "a" * 250 + ".png", "CON.png", "\u202egnp.png"]
)
def test_a_bent_name_is_made_straight(api: Interface, name: str) -> None:
    told = api.as_("lin.xia").client.post(
        "/api/v1/uploads",
        query_string={"name": name},
        data=picture(),
        content_type=RAW,
        headers=api.as_("lin.xia").headers,
    )
    assert told.status_code in (201, 422), told.json
    if told.status_code == 201:
        kept = told.json["name"]
        assert not {"/", "\\", "\u202e"} & set(kept)


def test_a_body_without_a_file_is_400_and_another_type_415(api: Interface) -> None:
    lin = api.as_("lin.xia")
    assert lin.post("/uploads", data={"other": "x"}, content_type="multipart/form-data").status_code == 400
    assert lin.post("/uploads", {"a": 1}).status_code == 415
    assert lin.post("/uploads", data=b"x", content_type="text/html").status_code == 415
