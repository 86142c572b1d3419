"""All cases and their files through the interface: the same question, the same scope, from place to place."""

from pathlib import Path

import orjson

from tests.api.conftest import Interface
from tests.engine.audit.scene import furnish
from tests.support.story import Story


def test_all_cases_are_read_page_by_page_and_taken_out(api: Interface, tmp_path: Path) -> None:
    furnish(Story(api.engine, tmp_path))
    head, administrator = api.as_("zhou.ning"), api.as_("tian.ye")
    first = head.get("/audit/cases", procedure="pub-company-info", size=3).json
    assert [one["title"] for one in first["items"]] == ["六号 =cmd", "四号 收银终端", "三号"] and first["more"]
    assert first["items"][0]["stands"][0]["who"] == ["周宁"] and first["items"][2]["state"] == "withdrawn"
    second = head.get("/audit/cases", procedure="pub-company-info", size=3, after=first["last"]).json
    assert [one["title"] for one in second["items"]] == ["二号", "一号 收银终端"] and not second["more"]
    assert len(administrator.get("/audit/cases").json["items"]) == 7
    found = administrator.get("/audit/cases", procedure="pub-company-info", answers="category=2", state="withdrawn")
    assert [one["title"] for one in found.json["items"]] == ["三号"]
    file = head.get("/audit/export/ocel", search="收银")
    assert file.status_code == 200 and file.mimetype == "application/json"
    assert sum(one["type"] == "case" for one in orjson.loads(file.data)["objects"]) == 2
    assert head.get("/audit/export/csv").data.startswith(b"\xef\xbb\xbf")
    for path, query, status in [
        ("/audit/cases", {"claimed": "yes"}, 400),
        ("/audit/cases", {"after": "7"}, 400),
        ("/audit/cases", {"answers": "category=2"}, 400),
        ("/audit/export/docx", {}, 404),
        ("/audit/export/csv", {"size": 3}, 400),
    ]:
        assert head.get(path, **query).status_code == status, path
    for path in ("/audit/cases", "/audit/export/xes"):
        assert api.as_("lin.xia").get(path).status_code == 403
