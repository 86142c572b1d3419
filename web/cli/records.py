"""Commands that leave a record or read it: `publish`, `token create`, `audit verify`, `audit export`, `report`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import click

from web.cli.house import database, office, reading, require_current, writing
from web.cli.words import note, say, spoken, stop


@click.command("publish")
@click.argument("path", type=click.Path(path_type=Path))
@spoken
def publish_command(path: Path) -> None:
    """检查并发布一个流程文件夹 · check a procedure's folder and publish it."""
    from engine.actions import publish
    from engine.desk import Desk
    from engine.errors import QianfaError
    from engine.procedures.findings import blocking
    from engine.procedures.inspect import inspect
    from engine.procedures.package import load_package
    from web.cli.check import show, surroundings

    findings = inspect(path, surroundings())
    if findings:
        show(str(path), findings)
    if blocking(findings):
        raise SystemExit(1)
    try:
        with writing() as (config, conn):
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
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650), help="天数 · days it lives")
@spoken
def create_token_command(login: str, name: str, days: int) -> None:
    """为一个人生成令牌,只显示一次 · make a token for a person, shown once."""
    from engine import actions
    from engine.errors import NotFound

    try:
        with writing() as (_, conn):
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
@click.option(
    "--anchors",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="写在库外的锚点文件 · the file of anchors kept outside",
)
@spoken
def verify_command(witness: str | None, anchors: Path | None) -> None:
    """逐行验证审计轨迹、封存的统计和发布登记 · verify every row, closed figures and publications."""
    from engine import trail
    from engine.figures.closing import changed_periods

    outside = anchors.read_text("utf-8", "replace").splitlines() if anchors else ()
    with reading() as conn:
        faults, read_faults = list(trail.verify(conn, witness, outside)), list(trail.verify_reads(conn))
        periods, unproved = list(changed_periods(conn)), list[str]()
        entries, lost = list(trail.verify_register(conn, unproved)), list(trail.missing_numbers(conn))
    for fault in faults:
        say(
            "链 {chain} 第 {seq} 行(记录 {row}):{what}",
            "Chain {chain}, row {seq} (record {row}): {what}",
            chain="-" if fault.chain is None else fault.chain,
            seq=fault.seq or "-",
            row=fault.row or "-",
            what=fault.what,
        )
    for bad in read_faults:
        say(
            "阅读记录 {row}(第 {seq} 节):{what}",
            "Read {row} (link {seq}): {what}",
            row=bad.read_id or "-",
            seq=bad.seq or "-",
            what=bad.what,
        )
    for period in periods:
        say(
            "统计 {period}:存下的数字不是封存时的数字。",
            "Figures of {period}: what is stored is not what was closed.",
            period=period,
        )
    for entry in entries:
        say("发布登记 {number}:{what}", "Publication {number}: {what}", number=entry.number, what=entry.what)
    for series in lost:
        say(
            "申请编号 {name}:发出 {given} 个,缺 {missing} 个。",
            "Case numbers {name}: {given} were given, {missing} of them are missing.",
            name=series.series,
            given=series.given,
            missing=series.missing,
        )
    if unproved:
        say(
            "发布登记 {first} 等 {count} 条由早先版本登记,只证明编号和内容,未证明批准人、链接和时间。",
            "{count} publications ({first} …) were entered by an earlier release: proved are number and content, not "
            "approvers, link and time.",
            first=unproved[0],
            count=len(unproved),
        )
    if faults or read_faults:
        stop("审计轨迹不完整。", "The audit trail is not intact.")
    if periods:
        stop("审计轨迹完整,但封存的统计被改过。", "The audit trail is intact; closed figures were changed.")
    if lost:
        stop("审计轨迹完整,但有申请整件缺失。", "The audit trail is intact, but whole cases are missing.")
    if entries:
        stop(
            "审计轨迹完整,但发布登记与它不符。",
            "The audit trail is intact; the register of publications is not as it says.",
        )
    say("审计轨迹完整。", "The audit trail is intact.")


@audit_command.command("export")
@click.argument("path", default="-", type=click.File("wb", lazy=False))
@spoken
def export_command(path: IO[bytes]) -> None:
    """把审计日志写成 JSON 行,供独立的验证脚本读取 · write the log as JSON lines, for the separate verifier."""
    from engine import trail

    with reading() as conn:
        path.writelines(trail.export(conn))


@click.command("report")
@click.argument("month")
@click.argument("path", type=click.File("wb", lazy=True))
@click.option("--unit", default="", help="单位及下级 · a unit with those below it")
@click.option("--procedure", default="", help="流程 · a procedure, such as pub-company-info")
@spoken
def report_command(month: str, path: IO[bytes], unit: str, procedure: str) -> None:
    """把全单位一个月的月报写成 PDF,记入审计日志 · write the report of a month, such as 2026-10, as PDF, on record."""
    from urllib.parse import urlencode

    from engine.errors import QianfaError
    from engine.exporting import house_report_now

    require_current()
    asked = {"month": month, "unit": unit, "procedure": procedure}
    try:
        with database() as (config, engine):
            address = f"{config.url or ''}/audit/report?{urlencode(asked)}"
            made = house_report_now(engine, office(config), asked, address, datetime.now(UTC))
    except QianfaError as error:
        stop("{why}", "{why}", why=error.text)
    path.write(made.pdf)
    note("已写成月报,SHA-256 {sha256}", "The report is written, SHA-256 {sha256}", sha256=made.sha256)
