"""`qianfa walk`: the catalogue's own stories, played by the people of the demonstration company."""

import click

from web.cli_words import say, spoken, stop


@click.command("walk")
@click.argument("slugs", nargs=-1)
@spoken
def walk_command(slugs: tuple[str, ...]) -> None:
    """演练流程目录里的故事 · play the stories of the catalogue."""
    from engine import walks

    known = walks.slugs()
    for slug in slugs:
        if slug not in known:
            stop("没有流程「{slug}」。", "There is no procedure “{slug}”.", status=2, slug=slug)
    failed = 0
    for slug in slugs or known:
        say("{slug}", "{slug}", slug=slug)
        for story in walks.walk(slug):
            failed += not story.passed
            mark = "✓" if story.passed else "✗"
            say("  {mark} {title}", "  {mark} {title}", mark=mark, title=story.title)
            if not story.passed:
                say("    {why}", "    {why}", why=story.why)
    if failed:
        stop("{n} 个故事没有走通。", "{n} stories failed.", n=failed)
