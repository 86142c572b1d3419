"""`qianfa check`: may this diagram or procedure be published, and if not, what is wrong where."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.words import language, print_json, say, spoken

if TYPE_CHECKING:
    from engine.procedures.findings import Finding
    from engine.procedures.inspect import Surroundings


@click.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · print JSON")
@spoken
def check_command(paths: tuple[Path, ...], as_json: bool) -> None:
    """检查流程图或流程文件夹能否发布 · check whether a diagram or procedure may be published."""
    from engine.procedures.findings import blocking
    from engine.procedures.inspect import inspect

    around = surroundings()
    with ThreadPoolExecutor(os.cpu_count()) as several_at_once:  # each waits for a process of its own
        found = list(zip(paths, several_at_once.map(lambda path: inspect(path, around), paths), strict=True))
    if as_json:
        several = len(paths) > 1
        print_json(
            [
                {**finding.as_json(), **({"path": str(path)} if several else {})}
                for path, findings in found
                for finding in findings
            ]
        )
    else:
        for path, findings in found:
            show(str(path), findings)
    raise SystemExit(1 if any(blocking(findings) for _, findings in found) else 0)


def surroundings(*, foreign: bool = False) -> "Surroundings":
    """What a diagram may name here: the operations there are, the roles and units of the company's files."""
    from engine.operations import OPERATIONS
    from engine.procedures.company import load_company
    from engine.procedures.inspect import Surroundings

    company = load_company()
    roles = {name for role in company.roles for name in (role.id, role.name.zh)}
    units = {name for unit in company.units for name in (unit.code, unit.name.zh, *unit.aliases)}
    return Surroundings(frozenset(OPERATIONS), frozenset(roles), frozenset(units), foreign)


def show(path: str, findings: "list[Finding]") -> None:
    """The findings of one file, in the order of its lines."""
    if not findings:
        say("{path}:可以发布", "{path}: may be published", path=path)
        return
    click.echo(path)
    for finding in sorted(findings, key=lambda one: (one.line or 0, one.level, one.code)):
        place = " ".join(filter(None, (finding.element, f"「{finding.name}」" if finding.name else "")))
        sentence = finding.en if language() == "en" else finding.zh
        level = {"error": ("错误", "error"), "warning": ("提醒", "warning")}[finding.level][language() == "en"]
        line = str(finding.line or "-")
        click.echo(f"  {line:>5}  {level}  {sentence}  [{' · '.join(filter(None, (finding.code, place)))}]")
