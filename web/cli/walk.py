"""`qianfa walk`: the catalogue's own stories, played by the people of the demonstration company."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.words import say, spoken, stop

if TYPE_CHECKING:
    from engine.walks import Lived


@click.command("walk")
@click.argument("slugs", nargs=-1)
@click.option("--only", metavar="ID", help="只演练一个故事 · only this story")
@click.option("--jobs", type=click.IntRange(1, 64), help="进程数 · processes (default: processors)")
@click.option(
    "--catalogue", type=click.Path(path_type=Path, exists=True), help="流程目录 · another catalogue than bpmn/"
)
@spoken
def walk_command(slugs: tuple[str, ...], only: str | None, jobs: int | None, catalogue: Path | None) -> None:
    """演练流程目录里的故事 · play the stories of the catalogue."""
    from engine.actions.found import CATALOGUE
    from engine.procedures.package import package_folders

    home = catalogue or CATALOGUE
    known = [folder.name for folder in package_folders(home)]
    for slug in slugs:
        if slug not in known:
            stop("没有流程「{slug}」。", "There is no procedure “{slug}”.", status=2, slug=slug)
    wanted = slugs or tuple(known)
    done: list[Lived] = []
    for lived in _live(wanted, only, jobs or os.cpu_count() or 1, home):
        done.append(lived)
        number = str(len(done)).rjust(len(str(len(wanted))))
        click.echo(f"{_mark(not lived.failures)} {number}/{len(wanted)} {lived.slug}")
        for outcome in lived.outcomes if slugs else ():
            click.echo(f"    {_mark(not outcome.failure)} {outcome.walk}")
    if not any(lived.outcomes for lived in done):
        stop("没有这样的故事。", "There is no such story.", status=2)
    missing = [] if only else _table(sorted(done, key=lambda one: one.slug), whole=not slugs)
    _end(done, missing)


def _live(slugs: tuple[str, ...], only: str | None, jobs: int, catalogue: Path) -> "Iterator[Lived]":
    from engine.walks import walk_procedure, walk_procedures

    if only or len(slugs) == 1:
        yield from (walk_procedure(slug, catalogue, only) for slug in slugs)
    else:
        yield from walk_procedures(slugs, min(jobs, len(slugs)), catalogue)


def _mark(fine: bool) -> str:
    return "✓" if fine else "✗"


def _table(done: "list[Lived]", whole: bool) -> list[str]:
    """Stories and flows of every diagram, and the flows never taken; the diagrams that should have none of those.

    A part is lived by all its callers together: it is judged when the whole catalogue was walked.
    """
    from engine.walks import uncovered

    drawn = {process: flows for one in done for process, flows in one.drawn.items()}
    own, missing = {one.process: one for one in done if one.drawn}, uncovered(done)
    click.echo()
    for process in [*own, *sorted(drawn.keys() - own.keys())]:
        one, left = own.get(process), missing.get(process, frozenset())
        lived, failed = (len(one.outcomes), len(one.failures)) if one else (0, 0)
        stories = f"stories {lived - failed}/{lived}" if one else ""
        flows = f"flows {len(drawn[process]) - len(left)}/{len(drawn[process])}"
        click.echo(f"{_mark(not left and not failed)} {process:<36} {flows:<14} {stories}".rstrip())
    for process, left in missing.items():
        names = ", ".join(sorted(left))
        say("{process} 没有走过:{names}", "{process} never took: {names}", process=process, names=names)
    return [process for process in missing if whole or process in own]


def _end(done: "list[Lived]", missing: list[str]) -> None:
    """The failures last, where one looks first."""
    failures = [outcome for lived in done for outcome in lived.failures]
    for outcome in failures:
        click.echo(f"✗ {outcome.slug} {outcome.walk}\n    {outcome.failure}")
    stories = sum(len(lived.outcomes) for lived in done)
    if failures or missing:
        stop(
            "{n} 个故事中有 {bad} 个没有走通,{diagrams} 张流程图有没走过的顺序流。",
            "{bad} of {n} stories failed; {diagrams} diagrams have flows that none took.",
            n=stories,
            bad=len(failures),
            diagrams=len(missing),
        )
    say("{n} 个故事全部走通。", "All {n} stories went as told.", n=stories)
