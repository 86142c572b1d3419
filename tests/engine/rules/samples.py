"""Small real media of every kind, and content that breaks no rule."""

import io
import zipfile
from functools import cache
from typing import Any

from PIL import Image

from engine.rules.figures import Scope
from engine.rules.media import FileFacts
from engine.walks import media
from engine.walks.samples import Sample

MB = 1_048_576
OFFICIAL = {
    "wechat": Scope("wechat", "official_wechat", ("EMD", "HQ")),
    "trade": Scope("wechat", "group_media", ("WXD", "TRADE")),
    "weibo": Scope("weibo", "official_weibo", ("EMD", "HQ")),
}


@cache
def jpeg(size: int = 0, width: int = 64, height: int = 48, camera: bool = False) -> bytes:
    """A picture, padded with comment segments to exactly `size` bytes."""
    return Sample("jpeg", "", size, width, height, camera).stream().read()


def still(format_: str, width: int = 8, height: int = 8, frames: int = 1) -> bytes:
    """A picture of another format."""
    buffer = io.BytesIO()
    images = [Image.new("L", (width, height), 40 * number) for number in range(frames)]
    images[0].save(buffer, format_, **({"save_all": True, "append_images": images[1:]} if frames > 1 else {}))
    return buffer.getvalue()


def png(width: int = 8, height: int = 8) -> bytes:
    return still("PNG", width, height)


def avi() -> bytes:
    return media.avi(jpeg(), 64, 48)


def mp4(brand: bytes = b"isom") -> bytes:
    """Two frames in an ISO container; other brands make it 3GP or QuickTime."""
    return media.iso(brand, jpeg(), 64, 48)


def realmedia() -> bytes:
    return media.realmedia(64, 48)


def office(member: str) -> bytes:
    """A document of the office whose main part is `word/document.xml` or the like."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", member):
            archive.writestr(name, "<x/>" * 200)
    return buffer.getvalue()


def picture(size: int = 2 * MB, **facts: Any) -> FileFacts:
    known = {"sha256": "a" * 64, "name": "a.jpg", "type": "image/jpeg", "extension": "jpg"}
    return FileFacts(**known | {"size": size} | facts)


def film(size: int = MB, **facts: Any) -> FileFacts:
    known = {"sha256": "b" * 64, "name": "b.mp4", "type": "video/mp4", "extension": "mp4"}
    return FileFacts(**known | {"size": size} | facts)


def content(**changes: Any) -> dict[str, Any]:
    """What breaks no rule, with one picture, but for the changes."""
    return {
        "title": "新品发布",
        "body": "新品今天发布。",
        "category": "1",
        "source": "销售部",
        "repost": False,
        "images": [picture().reference()],
        "image_source": "销售部",
        "image_copyright": "示范集团",
        "links": [{"url": "https://example.cn/a", "description": "产品介绍"}],
        "secrecy": "none",
    } | changes
