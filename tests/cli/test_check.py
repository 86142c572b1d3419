"""`qianfa check`: findings as data, an exit status, and never more than its time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.support import cpu
from tests.support.server import COMMAND

BPMN = Path(__file__).resolve().parents[2] / "bpmn"
GOOD = BPMN / "accounts/acc-open-staff"
KEYS = {"code", "level", "element", "name", "line", "zh", "en"}

HEAD = '<?xml version="1.0"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">'


def diagram(inside: str) -> bytes:
    return f"{HEAD}{inside}</bpmn:definitions>".encode()


SPLIT = diagram(
    '<bpmn:process id="p" isExecutable="true"><bpmn:startEvent id="s"/>'
    '<bpmn:userTask id="t" name="审核"/><bpmn:endEvent id="a"/><bpmn:endEvent id="b"/>'
    '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
    '<bpmn:sequenceFlow id="g" sourceRef="t" targetRef="a"/>'
    '<bpmn:sequenceFlow id="h" sourceRef="t" targetRef="b"/></bpmn:process>'
)
HOSTILE = {
    "empty.bpmn": b"",
    "junk.bpmn": bytes(range(256)) * 40,
    "text.bpmn": "不是流程图".encode(),
    "html.bpmn": b"<html><body>no</body></html>",
    "cut.bpmn": SPLIT[:300],
    "dtd.bpmn": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "laughs.bpmn": b'<!DOCTYPE l [<!ENTITY a "lol">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n > 1 else b"&a;" * 10) for n in range(1, 10))
    + b"]><l>&a9;</l>",
    "xxe.bpmn": b'<!DOCTYPE a [<!ENTITY b SYSTEM "http://127.0.0.1:1/x">]><a>&b;</a>',
    "deep.bpmn": diagram("<a>" * 5000 + "</a>" * 5000),
    "wide.bpmn": diagram("".join(f'<bpmn:process id="p{n}"/>' for n in range(30_000))),
    "large.bpmn": b"<a>" + b" " * 3_000_000 + b"</a>",
    "utf16.bpmn": SPLIT.decode().encode("utf-16"),
    "nul.bpmn": SPLIT.replace(b"p", b"\0", 1),
    "zip.bpmn": b"PK\x03\x04" + b"\0" * 100,
}


@pytest.mark.parametrize(
    "slug", ["accounts/acc-open-staff", "accounts/acc-weibo-temp-login", "publishing/pub-company-info"]
)
def test_a_procedure_of_the_catalogue_may_be_published(qianfa: Command, slug: str) -> None:
    told = qianfa("check", BPMN / slug, "--json")
    assert (told.status, [one for one in told.json if one["level"] == "error"]) == (0, [])


def test_a_finding_has_its_seven_parts(qianfa: Command, tmp_path: Path) -> None:
    (tmp_path / "split.bpmn").write_bytes(SPLIT)
    told = qianfa("check", "split.bpmn", "--json")
    assert told.status == 1
    assert all(set(one) == KEYS for one in told.json)
    assert any(one["element"] == "t" and one["name"] == "审核" for one in told.json)
    assert all(one["level"] in ("error", "warning") and one["zh"] and one["en"] for one in told.json)
    assert all(one["line"] is None or isinstance(one["line"], int) for one in told.json)


def test_a_person_reads_findings_by_file_and_line_in_either_language(qianfa: Command, tmp_path: Path) -> None:
    (tmp_path / "split.bpmn").write_bytes(SPLIT)
    chinese, english = qianfa("check", "split.bpmn"), qianfa("check", "split.bpmn", "--lang", "en")
    assert chinese.status == english.status == 1
    assert chinese.out.splitlines()[0] == english.out.splitlines()[0] == "split.bpmn"
    assert "错误" in chinese.out and "error" in english.out and "错误" not in english.out
    assert qianfa("check", "split.bpmn", QIANFA_LANG="en").out == english.out
    assert qianfa("check", "split.bpmn", LANG="en_US.UTF-8").out == english.out


def test_several_paths_are_checked_and_one_bad_one_decides(qianfa: Command, tmp_path: Path) -> None:
    (tmp_path / "split.bpmn").write_bytes(SPLIT)
    told = qianfa("check", GOOD, "split.bpmn", "missing.bpmn", "--json")
    assert told.status == 1
    assert {one["path"] for one in told.json if one["level"] == "error"} == {"split.bpmn", "missing.bpmn"}


def test_a_missing_path_is_a_finding(qianfa: Command) -> None:
    told = qianfa("check", "missing.bpmn", "--json")
    assert told.status == 1
    assert len(told.json) == 1 and set(told.json[0]) == KEYS


def test_no_path_at_all_is_a_wrong_use(qianfa: Command) -> None:
    assert qianfa("check").status == 2


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_a_finding_within_its_time_and_memory(qianfa: Command, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name])
    spent = cpu.of_children()
    told = qianfa("check", name, "--json")
    assert cpu.of_children() - spent < 6, "4 s are the child's; the rest is the command itself"
    assert told.status == 1
    assert told.json and all(set(one) == KEYS for one in told.json)


PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("name", ["deep.bpmn", "wide.bpmn", "laughs.bpmn", "large.bpmn"])
def test_no_file_takes_more_than_its_memory(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name])
    # Asked of a small process between: a child's peak also counts what its parent held when it forked.
    asked = [sys.executable, "-c", PEAK, COMMAND, "check", name, "--json"]
    used = int(subprocess.run(asked, cwd=tmp_path, capture_output=True, check=True).stdout)
    assert 20 * 1024 < used < 300 * 1024


def test_an_odd_name_is_just_a_name(qianfa: Command, tmp_path: Path) -> None:
    names = ["a b.bpmn", "流程.bpmn", "-x.bpmn", "a\nb.bpmn", "\udcff.bpmn"]
    for name in names:
        (tmp_path / name).write_bytes(SPLIT)
    found = qianfa("check", "--json", "--", *names)
    assert found.status == 1
    assert len({one["path"] for one in found.json if one["level"] == "error"}) == len(names)
    assert qianfa("check", "--", *names).status == 1


def test_a_device_a_pipe_and_a_folder_without_a_diagram_are_findings(qianfa: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe.bpmn")
    for path in ("/dev/zero", "/dev/null", "pipe.bpmn", "empty", "."):
        assert qianfa("check", path, "--json", timeout=60).status == 1, path
