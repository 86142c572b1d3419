"""The package of a publication: the same bytes for the same case, and whatever is changed in it is found."""

import io
import json
import subprocess
import sys
import zipfile
from hashlib import sha256 as sha256_of

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

import models
from engine import trail
from engine.archive import Attachment, build_package, verify, verify_package
from engine.archive.package import as_hashed
from engine.jobs.deliver import KINDS
from engine.jobs.worker import run
from engine.queue import enqueue
from engine.rules.content import content_sha256
from engine.trail import GENESIS, Entry
from models import cases, channels, contents, incidents, publications, uploads
from tests.support.rows import NOON, any_unit, anybody, make_case

FIELDS = [
    {"title": "春季", "body": "<script>alert(1)</script>"},
    {"title": "春季招聘", "links": ["x", {"y": None}], "ratio": 1e-7, "é": 2.0},
]
CONTENTS = [{"no": no, "sha256": content_sha256(each, ()), "fields": each} for no, each in enumerate(FIELDS, 1)]
FACTS = {"number": "FB-2026-00001", "title": "春季<b>招聘</b>", "content_sha256": CONTENTS[1]["sha256"]}
SUBMITTED = [Entry("submit", facts={"content": one["sha256"], "content_no": one["no"]}) for one in CONTENTS]
ARCHIVED = Entry("archive", facts={"number": FACTS["number"], "content": FACTS["content_sha256"]})


def extract(entries):
    rows, _, _ = trail.rows(7, 0, GENESIS, entries, NOON)
    for row in rows:
        row["at"] = row["at"].isoformat(timespec="microseconds")
        del row["previous"]
    return rows


@pytest.fixture
def build(tmp_path):
    picture = tmp_path / "picture"
    picture.write_bytes(b"\x89PNG" + bytes(3_000_000))

    def make(folder="packages", trail=None):
        files = [Attachment("../../春 季.png", "c" * 64, picture), Attachment("二.png", "d" * 64, picture)]
        lines = extract([Entry("start"), *SUBMITTED, ARCHIVED]) if trail is None else trail
        return build_package(tmp_path / folder, FACTS, CONTENTS, files, lines, {"p.bpmn": "<bpmn/>"})

    return make


def rewrite(path, change):
    """The package with its members changed, under the same name."""
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name) for name in package.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as package:
        for name, content in members.items():
            package.writestr(name, content)


def test_the_same_case_gives_the_same_bytes_under_the_name_of_their_hash(build):
    one, two = build("one"), build("two")
    assert one.name == two.name
    assert one.read_bytes() == two.read_bytes()
    with one.open("rb") as file:
        assert one.stem == verify.sha256(file)
    assert verify_package(one) == []
    assert [path.name for path in one.parent.parent.iterdir()] == [one.stem[:2]]


def test_it_holds_all_revisions_files_the_trail_and_the_diagram_under_names_that_stay_inside(build):
    with zipfile.ZipFile(build()) as package:
        names = package.namelist()
        page = package.read("content/1.html").decode()
    assert names == [
        "content/1.json",
        "content/1.html",
        "content/2.json",
        "content/2.html",
        "attachments/cccccccccccc-_.._春_季.png",
        "attachments/dddddddddddd-二.png",
        "procedure/p.bpmn",
        "publication.json",
        "trail.json",
        "verify.py",
        "manifest.json",
    ]
    assert "&lt;script&gt;" in page
    assert "<script" not in page


@pytest.mark.parametrize(
    "name", ["content/1.json", "attachments/dddddddddddd-二.png", "trail.json", "publication.json", "verify.py"]
)
def test_a_changed_file_is_named(build, name):
    path = build()
    rewrite(path, lambda members: members.update({name: members[name].replace(b" ", b"\t", 1)[:-1] + b"\n"}))
    assert any(fault.en.startswith("was changed") and name in fault.zh for fault in verify_package(path))
    assert any(name in fault for fault in verify.faults(path))


def test_a_file_added_or_taken_away_is_named(build):
    path = build()
    rewrite(path, lambda members: (members.pop("content/2.html"), members.update({"extra.txt": b"x"})))
    assert [fault.partition(":")[0] for fault in verify.faults(path)] == ["content/2.html", "extra.txt"]


def test_a_package_made_anew_with_another_manifest_is_not_the_registered_one(build):
    path = build()
    path.write_bytes(build("other", trail=extract([*SUBMITTED, ARCHIVED])).read_bytes())
    assert verify.faults(path) == []
    assert [fault.zh for fault in verify_package(path)] == ["文件与登记的 SHA-256 不符"]


def test_a_trail_that_does_not_follow_is_found_even_if_the_manifest_agrees(build):
    lines = extract([Entry("start"), Entry("decide", facts={"decision": "reject"}), *SUBMITTED, ARCHIVED])
    lines[1]["facts"] = '{"decision":"approve"}'
    assert verify.faults(build(trail=lines)) == ["trail.json: 第 2 行不成链 / line 2 does not follow"]


@pytest.mark.parametrize("content", [b"", b"PK", b"not a package at all"])
def test_what_is_no_package_is_said_so(tmp_path, content):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert verify_package(path)
    assert verify_package(tmp_path / "missing.zip")


def test_a_package_is_verified_by_its_own_script_and_nothing_but_python(build, tmp_path):
    path = build()
    with zipfile.ZipFile(path) as package:
        package.extract("verify.py", tmp_path)

    def check():
        command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONUTF8": "1"}, check=False)
        return done.returncode, done.stdout + done.stderr

    assert check() == (0, "完好 / whole\n")
    rewrite(path, lambda members: members.update({"content/1.json": b"{}"}))
    assert check()[1].startswith("content/1.json: 内容被改动过 / was changed\n")


def test_what_the_trail_does_not_say_is_found_though_the_manifest_was_made_anew(build):
    """Each with all hashes of the package in order again: other content, a cut trail, another entry, a lost file."""
    entry = FACTS | {key: 7 for key in trail.register.ENTRY if key not in FACTS}
    pictured = {"title": "春季", "images": [{"sha256": "c" * 64}]}

    def faults_of(change, *entries):
        path = build("anew", trail=extract(entries or [*SUBMITTED, ARCHIVED]))

        def anew(members):
            change(members)
            listed = {name: sha256_of(text).hexdigest() for name, text in members.items() if name != "manifest.json"}
            members["manifest.json"] = json.dumps({"files": listed}).encode()

        rewrite(path, anew)
        return verify.faults(path)

    def of_case(seq, hash):
        case = {"facts": {"trail_seq": seq, "trail_hash": hash}, "publications": []}
        return lambda members: (
            members.pop("publication.json"),
            members.update({"case.json": json.dumps(case).encode()}),
        )

    def enter(**values):
        return lambda members: members.update({"publication.json": json.dumps(entry | values).encode()})

    def put(name, fields):
        return lambda members: members.update({name: as_hashed(fields)})

    proved = Entry("archive", facts=ARCHIVED.facts | {"entry": trail.entry_sha256(entry)})
    head = extract([*SUBMITTED, ARCHIVED])[-1]
    assert faults_of(lambda _: None) == faults_of(of_case(head["seq"], head["hash"])) == []
    changed = faults_of(put("content/1.json", FIELDS[0] | {"title": "跳楼价"}))
    assert changed == [f"content/1.json: {verify.UNKNOWN}", f"{verify.MISSING} {CONTENTS[0]['sha256']}"]
    assert faults_of(put("content/3.json", {"title": "x"})) == [f"content/3.json: {verify.UNKNOWN}"]
    assert faults_of(lambda _: None, *SUBMITTED) == [f"FB-2026-00001: {verify.ENTERED}"]
    assert faults_of(of_case(4, head["hash"])) == faults_of(of_case(3, "0" * 64)) == [verify.LAST]
    assert faults_of(enter(), *SUBMITTED, proved) == []
    for wrong in ({"link": "x"}, {"approvals": [{"actor_id": 9}]}, {"published_at": "2020"}, {"publisher_id": 8}):
        assert faults_of(enter(**wrong), *SUBMITTED, proved) == [f"FB-2026-00001: {verify.ENTERED}"], wrong
    more = Entry("submit", facts={"content": content_sha256(pictured, ["c" * 64])})
    assert faults_of(put("content/3.json", pictured), *SUBMITTED, more, ARCHIVED) == [f"{verify.MISSING} {'c' * 64}"]
    assert verify.ENTRY == trail.register.ENTRY
    assert verify.main([str(build()), "--anchors", "none"]) == [verify.PACKED]


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"]))
    ),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_the_script_reads_any_trail_as_the_engine_wrote_it(facts, verb):
    lines = json.loads(json.dumps(extract([Entry(verb, step=verb, facts=facts, actor_id=1), Entry("end")])))
    assert list(verify.check_trail(lines)) == []


def test_the_job_builds_the_package_and_enters_its_hash(engine, place, row):
    sha256 = place.office.blobs.put(io.BytesIO(b"picture"), 99).sha256
    with models.writing(engine) as conn:
        case_id, person, unit = make_case(conn, lines=3), anybody(conn), any_unit(conn)
        fields = {"title": "春季"}
        content = {
            "no": 1,
            "sha256": content_sha256(fields, ()),
            "fields": fields,
            "author_id": person,
            "made_at": NOON,
        }
        conn.execute(sa.insert(contents), content | {"case_id": case_id})
        file = {"sha256": sha256, "name": "图.png", "size": 7, "type": "image/png", "facts": {}}
        file |= {"uploaded_by": person, "uploaded_at": NOON, "case_id": case_id}
        conn.execute(sa.insert(uploads), file)
        entry = {
            "number": "FB-2026-99999",
            "case_id": case_id,
            "channel_id": conn.execute(sa.select(sa.func.min(channels.c.id))).scalar(),
            "unit_id": unit,
            "title": "春季",
            "link": "https://example.com/1",
            "content_sha256": content["sha256"],
            "approvals": [{"step": "review"}],
            "published_by": person,
            "published_at": NOON,
            "archived_at": NOON,
            "keep_until": NOON,
        }
        said = {"content": content["sha256"], "number": entry["number"]}
        said |= {"entry": trail.entry_sha256(entry | {"publisher_id": person})}
        head = conn.execute(sa.select(cases.c.trail_seq, cases.c.trail_hash).where(cases.c.id == case_id)).one()
        trail.write(conn, case_id, *head, [Entry("archive", facts=said)], NOON)
        number = conn.execute(sa.insert(publications).returning(publications.c.id), entry).scalar()
        job = enqueue(conn, "build_package", {"publication": number}, "build_package:1", now=NOON, case_id=case_id)
    assert run(place, KINDS, job)
    assert row(job).state == "done", row(job).error
    with models.reading(engine) as conn:
        digest = conn.execute(sa.select(publications.c.package_sha256)).scalar()
    path = place.office.data / "packages" / digest[:2] / f"{digest}.zip"
    assert verify_package(path) == []
    with zipfile.ZipFile(path) as package:
        facts = json.loads(package.read("publication.json"))
        assert len(json.loads(package.read("trail.json"))) == 4
        assert sha256_of(package.read("content/1.json")).hexdigest() == content["sha256"]
        assert package.read(f"attachments/{sha256[:12]}-图.png") == b"picture"
        assert any(name.startswith("procedure/") for name in package.namelist())
    assert (facts["number"], facts["published_at"]) == ("FB-2026-99999", "2026-03-02T12:00:00.000000+00:00")


def test_a_file_that_is_missing_is_tried_again_and_a_missing_publication_is_an_incident(engine, place, make_job, row):
    job = make_job("build_package", payload={"publication": 987_654})
    run(place, KINDS, job)
    assert row(job).state == "failed"
    with models.reading(engine) as conn:
        assert conn.execute(sa.select(incidents.c.job_id)).scalar() == job
