"""Publishing over the interface: who may, in which shape, and what is said when it is not fit."""

import io
import json
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from models import procedure_drafts
from tests.api.conftest import Interface

FOLDER = Path(__file__).resolve().parents[2] / "bpmn/accounts/acc-open-staff"
OWNER = "lu.qing"


def files(folder: Path = FOLDER) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def packed(content: dict[str, bytes], prefix: str = "") -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(prefix + name, data)
    out.seek(0)
    return out


def changed(folder: Path = FOLDER) -> dict[str, bytes]:
    content = files(folder)
    manifest = json.loads(content["procedure.json"])
    manifest["retention_years"] += 1
    return {**content, "procedure.json": json.dumps(manifest).encode()}


def send(api: Interface, archive: io.BytesIO, login: str = OWNER):
    return api.as_(login).post("/procedures", data={"package": (archive, "procedure.zip")})


def test_a_zip_waits_to_be_released_once(api: Interface) -> None:
    first = send(api, packed(changed(), "acc-open-staff/"))
    assert (first.status_code, first.json["changed"]) == (201, True), first.json
    again = send(api, packed(changed()))
    assert again.json == {**first.json, "changed": False}
    assert api.as_(OWNER).get("/procedures/acc-open-staff").json["no"] == first.json["no"] == 1, (
        "nobody publishes alone"
    )


def test_what_is_in_use_already_makes_no_draft(api: Interface) -> None:
    assert send(api, packed(files())).json == {"slug": "acc-open-staff", "no": 1, "changed": False, "draft": None}


def test_another_draft_in_work_is_not_overwritten(api: Interface) -> None:
    assert send(api, packed(changed())).status_code == 201
    told = send(api, packed({**changed(), "walks.json": b"[]"}))
    assert (told.status_code, told.json["code"]) == (409, "draft_there"), told.json


def test_json_documents_are_as_good_as_a_zip(api: Interface) -> None:
    body = {"files": {name: data.decode() for name, data in changed().items()}}
    told = api.as_(OWNER).post("/procedures", body)
    assert (told.status_code, told.json["changed"]) == (201, True), told.json
    body["files"]["procedure.json"] = json.loads(body["files"]["procedure.json"])
    assert api.as_(OWNER).post("/procedures", body).json["changed"] is False


def test_a_procedure_may_call_the_parts_of_the_catalogue(api: Interface) -> None:
    folder = FOLDER.parents[1] / "publishing/pub-company-info"
    told = send(api, packed(changed(folder), "pub-company-info/"), "shen.yan")
    assert (told.status_code, told.json.get("changed")) == (201, True), told.json


def test_a_procedure_keeps_its_place_in_the_catalogue_and_a_new_one_is_put_where_asked(api: Interface) -> None:
    assert send(api, packed(changed())).status_code == 201
    new = {name.replace("open-staff", "open-guest"): data for name, data in files().items()}
    for old, name in ((b"acc-open-staff", b"acc-open-guest"), (b"acc_open_staff", b"acc_open_guest")):
        new = {file: data.replace(old, name) for file, data in new.items()}
    told = api.as_(OWNER).post("/procedures?family=security", data={"package": (packed(new), "procedure.zip")})
    assert told.status_code == 201, told.json
    with api.engine.connect() as conn:
        families = dict(conn.execute(sa.select(procedure_drafts.c.slug, procedure_drafts.c.family)).all())
    assert (families["acc-open-staff"], families["acc-open-guest"]) == ("accounts", "security")


def test_only_who_may_edit_the_procedure_hands_in(api: Interface) -> None:
    for login in ("lin.xia", "zhou.ning", "ding.lan", "shen.yan"):
        assert send(api, packed(changed()), login).status_code == 403
    assert send(api, packed(changed()), "tian.ye").status_code == 201


def test_an_unfit_diagram_is_422_with_findings(api: Interface) -> None:
    content = changed()
    diagram = content["acc-open-staff.bpmn"].replace(b'value="head_of(applicant.unit)"', b'value="whoever"')
    told = send(api, packed({**content, "acc-open-staff.bpmn": diagram}))
    assert told.status_code == 422, told.json
    assert any(finding["element"] == "review_by_department_head" for finding in told.json["findings"])
    assert {"code", "level", "element", "name", "line", "zh", "en"} == set(told.json["findings"][0])


@pytest.mark.parametrize(
    "archive",
    [
        io.BytesIO(b"no zip"),
        packed({}),
        packed({"a.bpmn": b"<x/>"}),
        packed({"procedure.json": b"[]"}),
        packed({"procedure.json": b'{"slug": "../../etc"}'}),
        packed(files(), "../"),
        packed(files(), "/"),
        packed(files(), "a/b/"),
        packed({f"{number}.json": b"{}" for number in range(51)}),
        packed({**files(), "bomb.json": b" " * 50_000_000}),
        packed({**files(), "acc-open-staff.bpmn": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}),
    ],
    ids=["junk", "empty", "no manifest", "list", "slug", "slip", "absolute", "deep", "many", "bomb", "entity"],
)
def test_a_hostile_archive_is_refused_with_a_sentence(api: Interface, archive: io.BytesIO) -> None:
    archive.seek(0)
    told = send(api, archive)
    assert told.status_code in (413, 422), told.json
    assert told.json["message"] and "root:" not in told.text


def test_a_link_in_a_zip_is_refused(api: Interface) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("procedure.json")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    out.seek(0)
    assert send(api, out).status_code == 422
