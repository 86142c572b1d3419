"""The table of procedures in bpmn/README.md, made from their folders: `--write` writes it, else it is compared."""

import json
import sys
from pathlib import Path
from typing import Any

from scripts.console import ROOT

CATALOGUE = ROOT / "bpmn"
BEGIN, END = "<!-- procedures: python -m scripts.catalogue --write -->", "<!-- end of procedures -->"
HEAD = ("| group | procedure | 流程 | organisation | follows | shape |", "|---|---|---|---|---|---|")


def table(catalogue: Path = CATALOGUE) -> str:
    """One row for each procedure by group and slug, then the parts that they call."""
    units = {unit["code"]: unit["name"] for unit in _json(catalogue / "company" / "units.json")}
    folders = sorted(path.parent for path in catalogue.glob("*/*/procedure.json"))
    procedures = [folder for folder in folders if folder.parent.name != "parts"]
    parts = [folder for folder in folders if folder.parent.name == "parts"]
    rows = [_row(folder, units) for folder in procedures + parts]
    return "\n".join((f"{len(procedures)} procedures and {len(parts)} parts that they call.", "", *HEAD, *rows))


def _row(folder: Path, units: dict[str, str]) -> str:
    manifest = _json(folder / "procedure.json")
    group, slug, code = folder.parent.name, folder.name, manifest.get("organisation", "")
    cells = (group, f"[{slug}]({group}/{slug})", manifest["title"]["zh"], units.get(code, code))
    more = (_followed(manifest["clauses"]), manifest["summary"]["en"])
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells + more) + " |"


def _followed(clauses: list[dict[str, Any]]) -> str:
    """`S0-1《公司微博、微信管理办法》第六条、第七条; …`, in the order of procedure.json."""
    regulations: dict[tuple[str, str], dict[str, None]] = {}
    for clause in clauses:
        articles = regulations.setdefault((clause["regulation"], clause["title"]), {})
        articles[clause["article"]] = None
    return "; ".join(f"{name}《{title}》{'、'.join(articles)}" for (name, title), articles in regulations.items())


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def with_table(text: str, made: str) -> str:
    """The README with the table between its two marks."""
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"bpmn/README.md has lost its marks: {BEGIN} and {END}")
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{made}\n{END}{rest.split(END)[1]}"


def main() -> int:
    readme = CATALOGUE / "README.md"
    text = readme.read_text("utf-8")
    fresh = with_table(text, table())
    if "--write" in sys.argv[1:]:
        readme.write_text(fresh, "utf-8")
    elif fresh != text:
        print("The table in bpmn/README.md is not that of the folders; run: python -m scripts.catalogue --write")
        return 1
    print("catalogue: the table in bpmn/README.md is that of the folders")
    return 0


if __name__ == "__main__":
    sys.exit(main())
