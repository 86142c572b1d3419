"""The pages around a release: zips that come and go, rights through pickers, what is said when something is refused."""

import io
import zipfile
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from flask import Flask

from engine.procedures.zipped import zipped
from models import draft_hands, people, procedure_drafts, reading, versions, writing
from tests.web.visitor import Page, Visitor

SLUG = "acc-custodian-manage"


@pytest.fixture
def owner(one_app: Flask) -> Visitor:
    return signed_in(one_app, "shen.yan")


def signed_in(app: Flask, login: str) -> Visitor:
    visitor = Visitor(app)
    visitor.become(login)
    return visitor


def opened(owner: Visitor, slug: str = SLUG) -> str:
    return owner.send(f"/studio/open/{slug}").headers["Location"]


def bring(owner: Visitor, path: str, data: bytes, **more: Any) -> Page:
    return owner.send(path, package=(io.BytesIO(data), "procedure.zip"), **more)


def taken(owner: Visitor, path: str) -> bytes:
    told = owner.client.get(path)
    assert told.status_code == 200 and told.mimetype == "application/zip", path
    return told.get_data()


def test_what_goes_out_comes_in_and_goes_out_the_same(owner: Visitor) -> None:
    draft = opened(owner)
    first = taken(owner, f"{draft}/procedure.zip")
    assert first == taken(owner, f"/studio/procedures/{SLUG}/versions/1/procedure.zip")
    names = zipfile.ZipFile(io.BytesIO(first)).namelist()
    assert names == sorted(names) and len(names) == 4
    assert bring(owner, f"{draft}/import", first, revision=1).status == 303
    assert "第 1 稿" in owner.open(f"{draft}/release").text, "the same files change nothing"
    assert owner.send(f"{draft}/drop").status == 303
    again = bring(owner, "/studio/import", first)
    assert again.status == 303
    assert taken(owner, f"{again.headers['Location']}/procedure.zip") == first


def test_a_folder_comes_into_its_own_draft_alone_and_overwrites_nobody(owner: Visitor) -> None:
    draft = opened(owner)
    other = taken(owner, "/studio/procedures/pub-company-info/versions/1/procedure.zip")
    assert bring(owner, f"{draft}/import", other, revision=1).status == 422
    files = {name: text.decode() for name, text in read(taken(owner, f"{draft}/procedure.zip")).items()}
    changed = zipped(files | {"walks.json": "[]"})
    assert bring(owner, f"{draft}/import", changed, revision=1).status == 303
    told = bring(owner, f"{draft}/import", changed, revision=1)
    assert told.status == 409 and "沈岩" in told.words(".qf-problem")
    told = bring(owner, "/studio/import", changed)
    assert told.status == 409 and SLUG in told.words(".qf-problem")


def read(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("procedure.json")
    entry.external_attr = 0o120777 << 16
    return entry


MANIFEST = ("procedure.json", b'{"slug": "acc-new"}')
HOSTILE = {
    "junk": b"no zip",
    "empty": packed(),
    "no manifest": packed(("a.bpmn", b"<x/>")),
    "slip": packed(("../procedure.json", MANIFEST[1])),
    "absolute": packed(("/procedure.json", MANIFEST[1])),
    "deep": packed(("a/b/procedure.json", MANIFEST[1])),
    "backslash": packed((zipfile.ZipInfo("a\\procedure.json"), MANIFEST[1])),
    "slug": packed(("procedure.json", b'{"slug": "../../etc"}')),
    "part": packed(("procedure.json", b'{"slug": "archive-publication"}'), ("archive-publication.bpmn", b"<x/>")),
    "program": packed(MANIFEST, ("acc-new.bpmn", b"<x/>"), ("x.py", b"1")),
    "twice": packed(MANIFEST, ("a/acc-new.bpmn", b"<x/>"), ("acc-new.bpmn", b"<y/>")),
    "no text": packed(MANIFEST, ("acc-new.bpmn", b"\xff\xfe")),
    "many": packed(*((f"{number}.json", b"{}") for number in range(51))),
    "bomb": packed(MANIFEST, ("bomb.json", b" " * 50_000_000)),
    "many bombs": packed(MANIFEST, *((f"{number}.json", b" " * 1_900_000) for number in range(9))),
    "link": packed((link(), b"/etc/passwd")),
}


def test_a_hostile_zip_is_refused_with_a_sentence_and_leaves_nothing(owner: Visitor, one_app: Flask) -> None:
    draft = opened(owner)
    for name, data in HOSTILE.items():
        path = f"{draft}/import" if name in ("slip", "bomb", "link", "program") else "/studio/import?q=-"
        told = bring(owner, path, data, revision=1)
        assert told.status in (413, 422), (name, path, told.status)
        assert told.words(".qf-problem"), (name, path)
    for family in ("../../tmp", "parts", "a" * 50):
        new = packed(MANIFEST, ("acc-new.bpmn", b"<x/>"))
        assert bring(owner, "/studio/import", new, family=family).status == 422
    with reading(one_app.extensions["house"].engine) as conn:
        assert conn.execute(sa.select(procedure_drafts.c.slug, procedure_drafts.c.revision)).all() == [(SLUG, 1)]


def test_rights_are_chosen_and_written_as_the_folder_writes_them(owner: Visitor) -> None:
    draft = opened(owner)
    page = owner.open(f"{draft}/rights")
    assert owner.submit(page, "main form").status == 303
    assert "第 1 稿" in owner.open(f"{draft}/release").text, "saving what stands there changes nothing"
    told = owner.submit(page, "main form", **{"viewers-role": ["夜班站长", ""], "viewers-unit": ["HQ", ""]})
    assert told.status == 422 and "夜班站长" in told.words(".qf-problem"), "no such role"
    told = owner.submit(page, "main form", **{"editors-role": ["员工", ""], "editors-unit": ["EMD", ""]})
    assert told.status == 303, told.words("main")
    manifest = orjson.loads(read(taken(owner, f"{draft}/procedure.zip"))["procedure.json"])
    assert manifest["editors"] == ['role("员工", unit("EMD"))']
    assert manifest["starters"] == ['role("员工", unit("示范集团总公司"))'], "as it was written"
    told = owner.submit(owner.open(f"{draft}/rights"), "main form", **{"starters-role": [""], "starters-unit": [""]})
    assert told.status == 422 and "发起" in told.words(".qf-problem")


def test_the_page_shows_the_buttons_of_the_one_who_looks(owner: Visitor, one_app: Flask) -> None:
    draft, engine = opened(owner), one_app.extensions["house"].engine
    second = signed_in(one_app, "lu.qing")
    assert bring(owner, f"{draft}/import", changed(owner, draft), revision=1).status == 303
    told = owner.send(f"{draft}/submit", note=" ")
    assert told.status == 422 and told.words(".qf-problem")
    told = owner.send(f"{draft}/submit", note="改期限", effective_at="昨天")
    assert told.status == 422 and "改期限" in told.text, "what was typed is kept"
    assert owner.send(f"{draft}/submit", note="改期限").status == 303
    waiting = second.open(f"{draft}/release")
    assert waiting.tree.cssselect("#proofs[hx-trigger]") and not makes(waiting)
    assert second.send(f"{draft}/make", revision=2).status == 409
    with writing(engine) as conn:
        story = {"id": "granted", "zh": "同意", "en": "granted", "failure": ""}
        proofs = {"revision": 2, "job": 1, "state": "done", "findings": [], "stories": [story]}
        was, now = ({"zh": zh, "en": zh} for zh in ("走同意", "走退回"))
        history = {
            "state": "done",
            "replayed": 3,
            "same": 2,
            "not_replayed": [{"case": "ZG-2", "case_id": 8, "why": was}],
        }
        history["different"] = [{"case": "ZG-1", "case_id": 7, "was": was, "now": now}]
        conn.execute(procedure_drafts.update().values(proofs=proofs | {"history": history}))
    ready = second.open(f"{draft}/proofs")
    assert makes(ready) and not makes(owner.open(f"{draft}/release"))
    assert all(word in ready.text for word in ("一件申请", "走同意", "走退回", "另有 1 件无法回放"))
    assert "ZG-1" not in ready.text, "whose cases are not the reader's to see"
    assert "ZG-1" in owner.open(f"{draft}/proofs").text
    assert second.submit(ready, "form[action$=make]").status == 303
    history_page = second.open(f"/studio/procedures/{SLUG}/versions")
    assert "现行" in history_page.words("tbody tr:first-child") and "改期限" in history_page.words("tbody")
    back = owner.send(f"/studio/procedures/{SLUG}/versions/1/reinstate")
    assert back.status == 303
    told = owner.send(f"/studio/procedures/{SLUG}/versions/1/reinstate")
    assert told.status == 409 and SLUG in told.words(".qf-problem")


def makes(page: Page) -> list[Any]:
    return page.tree.cssselect("form[action$=make]")


def changed(owner: Visitor, draft: str) -> bytes:
    files = {name: data.decode() for name, data in read(taken(owner, f"{draft}/procedure.zip")).items()}
    text = files["procedure.json"].replace('"retention_years": 3', '"retention_years": 7')
    return zipped(files | {"procedure.json": text})


def test_a_page_asks_the_same_however_many_hands_and_versions_there_are(owner: Visitor, one_app: Flask) -> None:
    draft, engine = opened(owner), one_app.extensions["house"].engine
    paths = [draft, f"{draft}/release", f"{draft}/rights", f"/studio/procedures/{SLUG}/versions"]

    sent: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _u, text, *_: sent.append(text))

    def asked() -> list[int]:
        found = []
        for path in paths:
            owner.open(path)
            sent.clear()
            assert owner.open(path).status == 200
            found.append(len(sent))
        return found

    few = asked()
    with writing(engine) as conn:
        person = conn.scalar(sa.select(people.c.id).limit(1))
        hand = conn.execute(sa.select(draft_hands)).one()._asdict() | {"person_id": person}
        conn.execute(draft_hands.insert(), [hand | {"revision": number} for number in range(2, 60)])
        of_it = versions.c.id == sa.select(procedure_drafts.c.based_on).scalar_subquery()
        version = conn.execute(sa.select(versions).where(of_it)).one()._asdict()
        version.pop("id")
        conn.execute(versions.insert(), [version | {"no": number} for number in range(2, 30)])
    assert asked() == few
    assert max(few) <= 12, few
