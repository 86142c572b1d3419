"""Hostile and broken files: a clear finding within five seconds, and nothing of the file reaches a terminal raw."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from engine.procedures import inspect as door
from engine.procedures.findings import Finding
from engine.procedures.inspect import Surroundings, inspect, inspect_bytes
from tests.engine.checks.drawing import FORMS, HEAD, Drawing, reviewed
from tests.support import cpu

ROOT = Path(__file__).resolve().parents[3]
CORE = ("publishing/pub-company-info", "accounts/acc-open-staff", "accounts/acc-weibo-temp-login")
PROCEDURES = [ROOT / "bpmn" / name for name in CORE] + sorted((ROOT / "bpmn" / "parts").iterdir())
ONE_STEP = Drawing().start().task("x").end().path("start", "x", "end")


def with_dtd(dtd: str, name: str = "leave") -> bytes:
    said = f"<bpmn:documentation>{name}</bpmn:documentation><bpmn:process"
    return f"<!DOCTYPE d [{dtd}]>\n{ONE_STEP.text().replace('<bpmn:process', said)}".encode()


def laughs() -> bytes:
    lines = ['<!ENTITY l0 "haha">'] + [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12)]
    return with_dtd("".join(lines), "&l11;")


def nested(depth: int) -> bytes:
    opening = "".join(f'<bpmn:subProcess id="s{number}">' for number in range(depth))
    inside = opening + "</bpmn:subProcess>" * depth
    return f'{HEAD}<bpmn:process id="p">{inside}</bpmn:process></bpmn:definitions>'.encode()


def fan(width: int) -> bytes:
    drawing = Drawing().start().gateway("parallel", "split").gateway("parallel", "join").end()
    drawing.path("start", "split").path("join", "end")
    for number in range(width):
        drawing.task(f"t{number}").path("split", f"t{number}", "join")
    return drawing.xml(drawn=False)


def chain(length: int) -> bytes:
    names = [f"t{number}" for number in range(length)]
    drawing = Drawing().start().end()
    for name in names:
        drawing.task(name)
    return drawing.path("start", *names, "end").xml(drawn=False)


def dangling_data() -> bytes:
    use = "<bpmn:dataInputAssociation><bpmn:sourceRef>ref</bpmn:sourceRef></bpmn:dataInputAssociation>"
    inner = Drawing().start("s").task("t", inside=use).end("e").path("s", "t", "e")
    inner.raw('<bpmn:dataObjectReference id="ref" dataObjectRef="gone"/>')
    return Drawing().start().sub("sub", inner).end().path("start", "sub", "end").xml()


def self_calling() -> bytes:
    return Drawing().start().node("callActivity", "x", calledElement="leave").end().path("start", "x", "end").xml()


def knotted() -> bytes:
    """Inclusive and parallel gateways, each connected with every other: the worst case for the token walk."""
    drawing = Drawing().start().end()
    names = [f"g{number}" for number in range(24)]
    for number, name in enumerate(names):
        kind, default = ("inclusive", f"{name}_t{number}") if number % 2 else ("parallel", "")
        drawing.gateway(kind, name, default).task(f"t{number}").path(name, f"t{number}")
        for other in names[number + 1 :]:
            drawing.flow(f"{name}", other, "1 == 1" if number % 2 else None)
        drawing.flow(f"t{number}", names[(number + 1) % len(names)] if number < 23 else "end")
    return drawing.flow("start", "g0").xml(drawn=False)


def tower_of_calls() -> bytes:
    """Twelve processes, each calling the next thirty times: thirty to the twelfth ways through."""
    floors = []
    for floor in range(12):
        names = [f"c{floor}_{number}" for number in range(30)]
        drawing = Drawing(f"p{floor}").start(f"s{floor}").end(f"e{floor}")
        for name in names:
            if floor < 11:
                drawing.node("callActivity", name, calledElement=f"p{floor + 1}")
            else:
                drawing.task(name)
        text = drawing.path(f"s{floor}", *names, f"e{floor}").text(drawn=False)
        floors.append(text[text.index("<bpmn:process") : text.index("<bpmndi:")])
    return f"{HEAD}{''.join(floors)}</bpmn:definitions>".encode()


def long_circles() -> bytes:
    """Duplicate ids that make subprocesses contain each other."""
    inner = Drawing().start("s").task("t").end("e").path("s", "t", "e")
    middle = Drawing().sub("leave", inner)
    return Drawing().start().sub("b", middle).end().path("start", "b", "end").xml()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "an external entity": (with_dtd('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"), "xml_dtd"),
    "an entity from the network": (with_dtd('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', "&x;"), "xml_dtd"),
    "a parameter entity": (with_dtd('<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;'), "xml_dtd"),
    "a billion laughs": (laughs(), "xml_dtd"),
    "a quadratic blow-up": (with_dtd(f'<!ENTITY a "{"a" * 90_000}">', "&a;" * 15_000), "xml_dtd"),
    "a document type in UTF-16": (with_dtd('<!ENTITY x "y">').decode().encode("utf-16"), "xml_dtd"),
    "a bare document type": (b"<!DOCTYPE definitions>\n" + ONE_STEP.xml(), "xml_dtd"),
    "subprocesses 90 deep": (nested(90), "start_missing"),
    "subprocesses 110 deep": (nested(110), "xml_too_deep"),
    "subprocesses 20,000 deep": (nested(20_000), "xml_too_deep"),
    "a fan of 5,000 tasks": (fan(5_000), "xml_too_many_elements"),
    "a fan of 500 tasks": (fan(500), "too_large"),
    "a chain of 900 tasks": (chain(900), "too_large"),
    "a chain of 399 tasks": (chain(399), "too_large"),
    "a file of 10 MB": (b"<a>" + b" " * 10_000_000 + b"</a>", "xml_too_large"),
    "400,000 elements": (f"{HEAD}{'<a/>' * 400_000}</bpmn:definitions>".encode(), "xml_too_many_elements"),
    "200,000 attributes": (b"<a " + b" ".join(b"a%d=''" % n for n in range(150_000)) + b"/>", "xml_attributes"),
    "one text of a megabyte": (f"{HEAD}{'x' * 1_000_000}</bpmn:definitions>".encode(), "xml_text"),
    "a reference to no data object in a subprocess": (dangling_data(), "data_dangling"),
    "a process that calls itself": (self_calling(), "call_circle"),
    "gateways knotted together": (knotted(), "soundness_unknown"),
    "ids that contain each other": (long_circles(), "id_duplicate"),
    "binary rubbish": (bytes(range(256)) * 400, "xml_not_xml"),
    "a program": (b"\x7fELF" + bytes(5_000), "xml_not_xml"),
    "a gzip": (b"\x1f\x8b\x08\x00" + bytes(100), "xml_compressed"),
    "nothing": (b"", "xml_empty"),
    "spaces": (b" \n\t ", "xml_empty"),
    "a web page": (b"<html><body>hello</body></html>", "xml_not_bpmn"),
    "half a diagram": (ONE_STEP.xml()[:700], "xml_broken"),
    "an unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><a/>', "xml_broken"),
    "no process": (f"{HEAD}</bpmn:definitions>".encode(), "process_missing"),
    "an empty process": (f'{HEAD}<bpmn:process id="p"/></bpmn:definitions>'.encode(), "process_missing"),
    "a process id with a path": (ONE_STEP.xml().replace(b'id="leave"', b'id="../../../tmp/x"'), "id_odd"),
    "a task id with a path": (ONE_STEP.xml().replace(b'"x"', b'"../x"'), "id_odd"),
    "a task id with an end of line": (ONE_STEP.xml().replace(b'"x"', b'"x&#10;y"'), "id_odd"),
    "a formula of a thousand brackets": (
        ONE_STEP.xml().replace(b">applicant<", b"><").replace(b'value="applicant"', b'value="' + b"(" * 5_000 + b'"'),
        "who_unknown",
    ),
}  # fmt: skip


def told(findings: list[Finding]) -> set[str]:
    return {one.code for one in findings if one.level == "error"}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_gives_a_finding_within_five_seconds(what: str, tmp_path: Path) -> None:
    data, code = HOSTILE[what]
    path = tmp_path / "hostile.bpmn"
    path.write_bytes(data)
    spent = cpu.of_children()
    found = inspect(path)
    assert cpu.of_children() - spent < 5
    assert code in told(found) and len(told(found)) < 3
    for one in found:
        assert one.zh and one.en and "Traceback" not in one.en and "root:" not in one.en


def test_a_tower_of_calls_is_looked_at_once_a_floor() -> None:
    assert told(inspect_bytes({"tower.bpmn": tower_of_calls()})) == set()


def test_an_archive_named_like_a_diagram_is_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "packed.bpmn"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.bpmn", ONE_STEP.text())
    assert told(inspect(path)) == {"xml_compressed"}


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\x9b31mred", "a‮b", "a\tb\nc", "\u2066x", "{0}{at}"])
def test_nothing_of_a_name_reaches_a_terminal_raw(name: str, tmp_path: Path) -> None:
    path = tmp_path / "named.bpmn"
    path.write_bytes(Drawing().start().task("x", who="", name=name).end().path("start", "x", "end").xml())
    found = inspect(path)
    assert told(found) == {"who_missing"}
    text = json.dumps([one.as_json() for one in found], ensure_ascii=False)
    assert not any(ord(one) < 32 or 127 <= ord(one) < 160 or one in "‮\u2066" for one in text)


def test_what_hangs_is_ended_and_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "engine" / "procedures"
    slow.mkdir(parents=True)
    (slow / "inspector.py").write_text("while True: pass\n")
    monkeypatch.setattr(door, "_ROOT", tmp_path)
    monkeypatch.setattr(door, "WALL_SECONDS", 0.5)
    assert told(inspect_bytes({"a.bpmn": ONE_STEP.xml()})) == {"check_gave_up"}


def test_the_child_cannot_take_more_memory_or_time_than_given() -> None:
    greedy = (
        "from engine.procedures import inspector; import resource, sys, io\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b'{}'))\n"
        "inspector.look_at = lambda request: bytearray(400_000_000) and []\n"
        "inspector.main(); print(resource.getrlimit(resource.RLIMIT_CPU))"
    )
    done = subprocess.run([sys.executable, "-c", greedy], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert "check_gave_up" in done.stdout and "(4, 4)" in done.stdout


def test_the_parent_never_loads_the_engine_library(tmp_path: Path) -> None:
    path = tmp_path / "one.bpmn"
    path.write_bytes(ONE_STEP.xml())
    code = (
        "import sys; from engine.procedures.inspect import inspect; assert inspect(sys.argv[1]) == [];"
        "print([name for name in sys.modules if name.startswith(('SpiffWorkflow', 'lxml'))])"
    )
    done = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "[]", done.stderr


def test_a_path_that_is_no_file_is_told(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.bpmn"
    os.mkfifo(pipe)
    assert told(inspect(tmp_path / "none.bpmn")) == {"file_missing"}
    assert told(inspect(pipe)) == {"file_missing"}
    assert told(inspect(tmp_path)) == {"file_missing"}
    assert told(inspect(Path("a" * 5_000))) == {"file_unreadable"}


def test_a_good_bare_diagram_may_be_published(tmp_path: Path) -> None:
    path = tmp_path / "good.bpmn"
    path.write_bytes(reviewed().xml())
    assert inspect(path) == [] or told(inspect(path)) == set()


def test_a_diagram_drawn_elsewhere_needs_no_assignments() -> None:
    bare = Drawing().start().node("userTask", "x").end().path("start", "x", "end").xml()
    assert told(inspect_bytes({"a.bpmn": bare})) == {"who_missing"}
    assert told(inspect_bytes({"a.bpmn": bare}, around=Surroundings(foreign=True))) == set()


def test_an_upload_brings_its_forms_and_the_parts_it_calls() -> None:
    part = Drawing("send_out").start("s").task("send").end("e").path("s", "send", "e").xml()
    caller = Drawing().start().node("callActivity", "call", calledElement="send_out").end().path("start", "call", "end")
    files = {"leave.bpmn": caller.xml(), "forms.json": json.dumps(FORMS).encode()}
    assert told(inspect_bytes(files)) == {"call_unknown"}
    assert told(inspect_bytes(files, parts={"send-out": {"send.bpmn": part}})) == set()
    assert told(inspect_bytes({**files, "forms.json": b"{"}, parts={})) == {"json_broken"}


@pytest.mark.parametrize("folder", PROCEDURES, ids=lambda path: path.name)
def test_procedures_and_parts_of_the_catalogue_may_be_published(folder: Path) -> None:
    """The others are asked in process, with their stories: here it is the child that is looked at."""
    from engine.operations import OPERATIONS

    found = inspect(folder, Surroundings(operations=frozenset(OPERATIONS)))
    assert [one for one in found if one.level == "error"] == []


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [("forms.json", "{", "json_broken"), ("procedure.json", "[]", "json_broken"), ("forms.json", None, "file_missing"),
     ("walks.json", '[{"id": 1}]', "folder"), ("forms.json", '{"a": {}}', "folder")],
)  # fmt: skip
def test_a_broken_folder_is_told(file: str, content: str | None, code: str, tmp_path: Path) -> None:
    from engine.operations import OPERATIONS

    folder = tmp_path / "publishing" / "pub-company-info"
    shutil.copytree(ROOT / "bpmn" / "publishing" / "pub-company-info", folder)
    shutil.copytree(ROOT / "bpmn" / "parts", tmp_path / "parts")
    (folder / file).unlink(missing_ok=True)
    if content is not None:
        (folder / file).write_text(content)
    assert code in told(inspect(folder, Surroundings(operations=frozenset(OPERATIONS))))
