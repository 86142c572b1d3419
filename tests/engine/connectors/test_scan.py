"""A virus scanner is asked before a file is kept; what it does not call clean does not come in unsaid."""

import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import actions
from engine.connectors.scan import CLEAN, INFECTED, UNKNOWN, open_scanner
from engine.desk import Office
from engine.errors import Invalid, QianfaError
from engine.rules.media import FileFacts
from tests.support.clamd import BAD, Clamd
from web import Config
from web.wiring import open_house

GOOD, WICKED = b"plain words\n" * 20_000, b"plain words\n" * 20_000 + BAD


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    listening = Clamd()
    yield listening
    listening.close()


@pytest.fixture
def program(tmp_path: Path) -> str:
    """A scanner as a program: the codes of clamscan, and one it has when it breaks."""
    script = tmp_path / "scanner.py"
    script.write_text(
        "import sys\n"
        "data = open(sys.argv[2], 'rb').read()\n"
        "if sys.argv[1] == 'broken': sys.exit(2)\n"
        f"if {BAD!r} in data: print('Test.Bad.Bytes FOUND'); sys.exit(1)\n"
    )
    return f"{sys.executable} {script}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a name with spaces"


def test_clamd_is_sent_the_whole_file_and_its_word_is_taken(clamd: Clamd, path: Path) -> None:
    scan = open_scanner(clamd.url)
    path.write_bytes(GOOD)
    assert scan(path) == (CLEAN, "")
    path.write_bytes(WICKED)
    assert scan(path) == (INFECTED, "Test.Bad.Bytes")
    assert clamd.sizes == [len(GOOD), len(WICKED)]


@pytest.mark.parametrize("manner", ["limit", "silent", "odd"])
def test_what_clamd_does_not_say_plainly_is_unknown(clamd: Clamd, path: Path, manner: str) -> None:
    clamd.manner = manner
    path.write_bytes(WICKED)
    assert open_scanner(clamd.url)(path)[0] == UNKNOWN


def test_a_clamd_that_is_away_is_unknown(clamd: Clamd, path: Path) -> None:
    clamd.close()
    path.write_bytes(GOOD)
    assert open_scanner(clamd.url)(path)[0] == UNKNOWN


def test_a_program_says_it_by_its_exit_code(program: str, path: Path) -> None:
    path.write_bytes(GOOD)
    assert open_scanner(f"{program} well")(path) == (CLEAN, "")
    assert open_scanner(f"{program} broken")(path) == (UNKNOWN, "ended with 2")
    assert open_scanner("/no/such/scanner")(path)[0] == UNKNOWN
    path.write_bytes(WICKED)
    assert open_scanner(f"{program} well")(path) == (INFECTED, "Test.Bad.Bytes FOUND")


def test_a_program_that_hangs_is_given_up(path: Path) -> None:
    path.write_bytes(GOOD)
    began = time.monotonic()
    assert open_scanner(f"{sys.executable} -c 'import time; time.sleep(60)'", seconds=0.5)(path)[0] == UNKNOWN
    assert time.monotonic() - began < 20


def office(folder: Path, scan: str | None, away: str = "") -> Office:
    env = {"QIANFA_DATA": str(folder / "data"), "QIANFA_SCAN": scan or "", "QIANFA_SCAN_AWAY": away}
    return open_house(Config.from_env(env)).office


def receive(at: Office, data: bytes) -> FileFacts:
    return actions.receive(at, io.BytesIO(data), "说明.txt")


def kept(at: Office) -> list[Path]:
    return [one for one in at.blobs.root.glob("*/*") if one.is_file()]


def test_an_infected_file_is_refused_in_a_sentence_and_nothing_of_it_is_kept(tmp_path: Path, clamd: Clamd) -> None:
    there = office(tmp_path, clamd.url)
    with pytest.raises(Invalid) as refused:
        receive(there, WICKED)
    (said,) = refused.value.fields["file"]
    assert "说明.txt" in said.zh and "Test.Bad.Bytes" in said.zh and "virus" in said.en
    assert kept(there) == []
    assert receive(there, GOOD).scan == "clean"


@pytest.mark.parametrize("away", ["", "refuse", "acept"])
def test_with_the_scanner_away_files_are_refused_unless_it_is_said_otherwise(tmp_path: Path, away: str) -> None:
    there = office(tmp_path, "/no/such/scanner", away)
    with pytest.raises(QianfaError) as refused:
        receive(there, GOOD)
    assert (refused.value.code, refused.value.status) == ("not_scanned", 503)
    assert kept(there) == []


def test_files_that_come_in_unscanned_say_so_ever_after(tmp_path: Path) -> None:
    facts = receive(office(tmp_path, "/no/such/scanner", "accept"), GOOD)
    assert (facts.scan, facts.as_dict()["scan"]) == ("unknown", "unknown")


def test_an_infected_file_is_refused_whatever_is_said_of_unscanned_ones(tmp_path: Path, clamd: Clamd) -> None:
    with pytest.raises(Invalid):
        receive(office(tmp_path, clamd.url, "accept"), WICKED)


def test_without_a_scanner_nothing_is_asked(tmp_path: Path) -> None:
    assert receive(office(tmp_path, None), GOOD).scan == ""
