"""`qianfa walk`: the catalogue's own stories, played by the people of the demonstration company."""

import click

from web.cli.words import spoken, stop


@click.command("walk")
@click.argument("slugs", nargs=-1)
@spoken
def walk_command(slugs: tuple[str, ...]) -> None:
    """演练流程目录里的故事 · play the stories of the catalogue."""
    from engine.actions.found import CATALOGUE
    from engine.procedures.package import package_folders
    from engine.walks import walk_procedure

    known = [folder.name for folder in package_folders(CATALOGUE)]
    for slug in slugs:
        if slug not in known:
            stop("没有流程「{slug}」。", "There is no procedure “{slug}”.", status=2, slug=slug)
    failed = 0
    for slug in slugs or known:
        click.echo(slug)
        for outcome in walk_procedure(slug):
            failed += outcome.failure is not None
            click.echo(f"  {'✗' if outcome.failure else '✓'} {outcome.walk}")
            if outcome.failure:
                click.echo(f"    {outcome.failure}")
    if failed:
        stop("{n} 个故事没有走通。", "{n} stories failed.", n=failed)
