"""The installation of a command: its database and office; `init`, which sets it up."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli.words import language, say, spoken, stop, worded

if TYPE_CHECKING:
    import sqlalchemy as sa

    from engine.actions import Published
    from engine.desk import Office
    from web.config import Config

FIRST = ("lin.xia", "zhou.ning", "he.sui")  # whom the first case of README.md begins with
SHOWN = 3  # people of each organisation that are named when the server has started


@contextmanager
def database() -> Iterator[tuple["Config", "sa.Engine"]]:
    """The configured database; a clear sentence when it cannot be reached."""
    import sqlalchemy as sa

    import models
    from web.config import Config

    config = Config.from_env()
    try:
        engine = models.open_engine(config.database)
        yield config, engine
        engine.dispose()
    except (sa.exc.OperationalError, sa.exc.ArgumentError, ImportError, OSError) as error:
        why = str(getattr(error, "orig", error)).strip().splitlines()[0][:200]
        stop("数据库无法使用:{why}", "The database cannot be used: {why}", why=why)


@contextmanager
def writing() -> Iterator[tuple["Config", "sa.Connection"]]:
    """One transaction on a database that has the tables of this program."""
    import models

    require_current()
    with database() as (config, engine), models.writing(engine) as conn:
        yield config, conn


@contextmanager
def reading() -> Iterator["sa.Connection"]:
    """A look at a database that has the tables of this program."""
    import models

    require_current()
    with database() as (_, engine), models.reading(engine) as conn:
        yield conn


def require_current() -> None:
    """End with a sentence when the tables are not there or not of this program's shape."""
    import models

    with database() as (_, engine):
        if not models.is_current(engine):
            stop(
                "数据库尚未建立或需要升级,请先运行 qianfa init。",
                "The database is not set up or needs an upgrade; run `qianfa init` first.",
            )


def _marker(config: "Config") -> Path:
    return config.data / "demonstration"


def demonstration() -> bool:
    """Whether this installation was set up with the demonstration company."""
    from web.config import Config

    return _marker(Config.from_env()).exists()


@click.command("init")
@click.option("--demo/--no-demo", default=True, show_default=True, help="示范集团 · the demonstration company")
@spoken
def init_command(demo: bool) -> None:
    """建立或升级数据库并载入流程目录 · set up or upgrade the database, load the catalogue."""
    import models
    from engine.actions.found import DEMO_PASSWORD, found_company, is_founded, publish_catalogue
    from engine.actions.reindex import reindex
    from engine.errors import QianfaError
    from engine.procedures.company import load_company

    began, now = time.monotonic(), datetime.now(UTC)
    with database() as (config, engine):
        if not models.is_current(engine):
            say("建立数据表 ……", "Making the tables ...")
            models.migrate(engine)
        try:
            with models.writing(engine) as conn:
                if demo and not is_founded(conn):
                    say("示范集团 ……", "The demonstration company ...")
                    found_company(conn, load_company(), DEMO_PASSWORD, now)
                    _mark(config)
                if is_founded(conn):
                    publish_catalogue(conn, office(config), now, _say_published)
        except QianfaError as error:
            stop("未能载入:{why}", "Loading failed: {why}", why=error.text)
        found = reindex(engine)
        if found:
            say("已为 {n} 份申请建立搜索索引。", "{n} cases can be searched now.", n=found)
    say("已就绪,用时 {n:.1f} 秒。", "Ready after {n:.1f} s.", n=time.monotonic() - began)


def _mark(config: "Config") -> None:
    config.data.mkdir(parents=True, exist_ok=True)
    _marker(config).touch()


def office(config: "Config") -> "Office":
    from engine.desk import Office

    return Office(config.data, config.webhook, config.vault_key)


def _say_published(published: "Published", done: int, count: int) -> None:
    """A terminal counts up on one line; elsewhere each new version is a line."""
    facts = {"n": done, "all": count, "slug": published.slug, "no": published.no}
    if sys.stdout.isatty():
        click.echo(
            "\r" + worded("发布流程目录 {n}/{all}", "Publishing the catalogue {n}/{all}", **facts), nl=done == count
        )
        sys.stdout.flush()
    elif published.changed:
        say(
            "发布流程目录 {n}/{all}:{slug} 第 {no} 版",
            "Publishing the catalogue {n}/{all}: {slug}, version {no}",
            **facts,
        )


def say_sign_ins() -> None:
    """The cast of the demonstration company, where it is loaded."""
    if not demonstration():
        return
    from engine.actions.found import DEMO_PASSWORD
    from engine.queries.directory import cast

    with database() as (_, engine), engine.connect() as conn:
        people = cast(conn, datetime.now(UTC))
    say(
        "\n示范集团,密码均为 {word}:",
        "\nThe demonstration company; every password is {word}:",
        word=DEMO_PASSWORD,
    )
    for name, group in groupby(people, lambda one: one.organisation):
        members = sorted(group, key=lambda one: one.login not in FIRST)
        say("{name},{n} 人,如:", "{name}, {n} people, such as:", name=name, n=len(members))
        for one in members[:SHOWN]:
            posts = "、".join(post.in_language(language()) for post in one.posts)
            click.echo(f"  {one.login:<16} {one.name}  {one.unit}  {posts}")
    say("登录页列出全部 {n} 人。", "The sign-in page offers all {n}.", n=len(people))
