"""The house keeps its own rules: contracts, commands, twins, pinned versions, short files, no hosts."""

import configparser
import re
import subprocess
import sys
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
CODE = {".py", ".js", ".mjs", ".css", ".html"}
LONGEST = {"tests": 700}  # a test may hold a table of examples
# Written in two halves, so that this file does not name them either.
FOREIGN = re.compile(
    "|".join(
        (
            "/work" + "/",
            "/tmp/" + "plan",
            "/home/" + r"\w",
            "registry" + r"\.npmjs",
            "files" + r"\.pythonhosted",
        )
    )
)


def tracked() -> list[Path]:
    """Every file under version control or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def requirements() -> list[Requirement]:
    sections = setup()
    lists = [sections["options"]["install_requires"], *sections["options.extras_require"].values()]
    return [Requirement(line) for block in lists for line in block.split("\n") if line.strip()]


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().split()
    return {canonical(name): version for name, _, version in (line.partition("==") for line in lines)}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def headings(readme: str) -> list[int]:
    """The levels of a document's headings, in order; what stands in a code block is none."""
    prose = re.sub(r"```.*?```", "", (ROOT / readme).read_text(encoding="utf-8"), flags=re.DOTALL)
    return [len(level) for level in re.findall(r"^(#+) ", prose, re.MULTILINE)]


def test_import_contracts_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_commands_of_the_readmes_exist() -> None:
    goals = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for readme in ("README.md", "README.zh-CN.md"):
        named = set(re.findall(r"\bmake ([a-z]+)\b(?=`|\s*$|\s+#)", text_of(ROOT / readme), re.MULTILINE))
        assert {"run", "test"} <= named, readme
        assert named <= goals, readme


def test_readme_and_its_chinese_twin_have_the_same_headings() -> None:
    assert headings("README.md") == headings("README.zh-CN.md")


def test_every_dependency_is_pinned() -> None:
    missing = [str(wanted) for wanted in requirements() if canonical(wanted.name) not in pinned()]
    assert missing == []


def test_pinned_versions_satisfy_what_is_asked_for() -> None:
    wrong = [str(wanted) for wanted in requirements() if pinned()[canonical(wanted.name)] not in wanted.specifier]
    assert wrong == []


def runtime() -> list[str]:
    """The distributions that running needs, by their canonical names."""
    lines = setup()["options"]["install_requires"].split("\n")
    return [canonical(Requirement(line).name) for line in lines if line.strip()]


def test_every_dependency_is_explained_in_both_readmes() -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        said = text_of(ROOT / readme).lower().replace("_", "-")
        assert [name for name in runtime() if name not in said] == [], readme


def test_every_dependency_is_used() -> None:
    code = "\n".join(text_of(path) for folder in ("engine", "web", "models") for path in (ROOT / folder).rglob("*.py"))
    imported = set(re.findall(r"^\s*(?:from|import) (\w+)", code, re.MULTILINE))
    known = packages_distributions()
    used = {canonical(name) for module in imported for name in known.get(module, [])}
    assert [name for name in runtime() if name not in used | {"psycopg"}] == []  # psycopg is named in an address


def test_nothing_names_a_machine_or_a_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in tracked()
        if path.suffix not in (".png", ".jpg", ".mo")
        for match in FOREIGN.finditer(text_of(path))
    ]
    assert found == []


def test_front_end_lock_names_no_registry() -> None:
    assert '"resolved"' not in text_of(ROOT / "web/front/package-lock.json")


def test_a_class_of_ours_is_laid_out_in_one_style_sheet_alone() -> None:
    """Two parts that chose one name would lay out each other."""
    found: dict[str, set[str]] = {}
    for sheet in (ROOT / "web/front/src").rglob("*.css"):
        for name in re.findall(r"(?m)^(\.qf-[a-z0-9-]+)(?=\s*[{,])", text_of(sheet)):
            found.setdefault(name, set()).add(sheet.name)
    assert found and {name: sheets for name, sheets in found.items() if len(sheets) > 1} == {}


@pytest.mark.parametrize("folder", ["engine", "web", "models", "scripts", "tests"])
def test_no_file_of_code_is_too_long(folder: str) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix in CODE and path.relative_to(ROOT).parts[0] == folder
        if "migrations" not in path.parts  # a migration is a list, and is never edited again
        if (lines := text_of(path).count("\n")) > LONGEST.get(folder, 400)
    }
    assert long == {}


@pytest.mark.parametrize("folder", ["engine", "web", "models", "scripts"])
def test_every_module_says_what_it_is_for(folder: str) -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] == folder
        if "migrations" not in path.parts and text_of(path).strip() and not text_of(path).startswith(('"""', 'r"""'))
    ]
    assert silent == []


def test_every_module_of_the_bench_can_be_started() -> None:
    names = [path.stem for path in (ROOT / "tests" / "bench").glob("*.py")]
    assert "__main__" in names
    assert all(import_module(f"tests.bench.{name}") for name in names)
