"""The command `qianfa`: one group whose commands are imported only when they are called."""

import sys
from importlib import import_module, metadata

import click

from web.cli.words import spoken

COMMANDS = {
    "serve": "web.cli.serve",
    "worker": "web.cli.serve",
    "init": "web.cli.house",
    "check": "web.cli.check",
    "try": "web.cli.try_",
    "walk": "web.cli.walk",
    "publish": "web.cli.records",
    "token": "web.cli.records",
    "audit": "web.cli.records",
    "report": "web.cli.records",
}


class Commands(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(COMMANDS[name]), f"{name}_command")
        return found


def _version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"qianfa {metadata.version('qianfa')}")
        ctx.exit()


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="显示版本 · version"
)
@spoken
def commands() -> None:
    """签发 Qianfa: 按 BPMN 流程图办理的审批 · approvals that run as BPMN diagrams."""


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that knows no Chinese still gets an answer
    commands(prog_name="qianfa")
