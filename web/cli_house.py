"""Commands on the installation itself: `init`, `publish`, `token create` and `audit verify`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from web.cli_words import language, note, say, spoken, stop

if TYPE_CHECKING:
    import sqlalchemy as sa

    from engine.actions import Published
    from engine.desk import Office
    from web.config import Config


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
    say("已就绪,用时 {n:.1f} 秒。", "Ready after {n:.1f} s.", n=time.monotonic() - began)


def _mark(config: "Config") -> None:
    config.data.mkdir(parents=True, exist_ok=True)
    _marker(config).touch()


def office(config: "Config") -> "Office":
    from engine.desk import Office

    return Office(config.data, config.webhook, config.vault_key)


def _say_published(published: "Published") -> None:
    if published.changed:
        say("流程 {slug},第 {no} 版", "Procedure {slug}, version {no}", slug=published.slug, no=published.no)


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
    for one in people:
        posts = "、".join(post.in_language(language()) for post in one.posts)
        click.echo(f"  {one.login:<12} {one.name}  {one.unit}  {posts}")


@click.command("publish")
@click.argument("path", type=click.Path(path_type=Path))
@spoken
def publish_command(path: Path) -> None:
    """检查并发布一个流程文件夹 · check a procedure's folder and publish it."""
    import models
    from engine.actions import publish
    from engine.desk import Desk
    from engine.errors import QianfaError
    from engine.procedures.findings import blocking
    from engine.procedures.inspect import inspect
    from engine.procedures.package import load_package
    from web.cli_check import show, surroundings

    require_current()
    findings = inspect(path, surroundings())
    if findings:
        show(str(path), findings)
    if blocking(findings):
        raise SystemExit(1)
    with database() as (config, engine):
        try:
            with models.writing(engine) as conn:
                desk = Desk(conn, None, datetime.now(UTC), office(config))
                done = publish(desk, load_package(path), trusted=True)  # checked above, before the transaction
        except QianfaError as error:
            stop("{why}", "{why}", why=error.text)
    if done.changed:
        say("已发布 {slug} 第 {no} 版。", "Published {slug}, version {no}.", slug=done.slug, no=done.no)
    else:
        say("{slug} 没有变化,第 {no} 版。", "{slug} has not changed; version {no}.", slug=done.slug, no=done.no)


@click.group("token")
def token_command() -> None:
    """接口令牌 · tokens of the interface."""


@token_command.command("create")
@click.argument("login")
@click.option("--name", default="cli", show_default=True, help="用途 · what it is for")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650), help="有效天数 · days it lives")
@spoken
def create_token_command(login: str, name: str, days: int) -> None:
    """为一个人生成令牌,只显示一次 · make a token for a person, shown once."""
    import models
    from engine import actions
    from engine.errors import NotFound

    require_current()
    with database() as (_, engine):
        try:
            with models.writing(engine) as conn:
                token = actions.create_token(conn, login, name[:100], days, datetime.now(UTC))
        except NotFound:
            stop("没有可用的账号「{login}」。", "There is no usable account “{login}”.", login=login)
    click.echo(token)
    note(
        "{login} 的令牌,有效 {days} 天,只显示这一次。",
        "Token of {login}, valid for {days} days, shown this once.",
        login=login,
        days=days,
    )


@click.group("audit")
def audit_command() -> None:
    """审计轨迹 · the audit trail."""


@audit_command.command("verify")
@click.option("--anchor", "witness", help="在别处记下的锚点 · the hash of an anchor noted elsewhere")
@spoken
def verify_command(witness: str | None) -> None:
    """逐行验证审计轨迹 · verify every row, and name the first bad one."""
    import models
    from engine import trail

    require_current()
    with database() as (_, engine), models.reading(engine) as conn:
        faults = list(trail.verify(conn, witness))
    for fault in faults:
        say(
            "链 {chain} 第 {seq} 行(记录 {row}):{what}",
            "Chain {chain}, row {seq} (record {row}): {what}",
            chain="-" if fault.chain is None else fault.chain,
            seq=fault.seq or "-",
            row=fault.row or "-",
            what=fault.what,
        )
    if faults:
        stop("审计轨迹不完整。", "The audit trail is not intact.")
    say("审计轨迹完整。", "The audit trail is intact.")
