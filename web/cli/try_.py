"""`qianfa try`: run a diagram in memory, without people or database, in a child process with limits."""

import json
from pathlib import Path
from typing import Any

import click

from web.cli.trial import refused, run
from web.cli.words import language, print_json, say, spoken, stop, worded

_MAX_JSON = 1_000_000


def _object(path: Path | None, option: str) -> dict[str, Any]:
    """The JSON object in a file; one sentence and exit status 2 when there is none."""
    if path is None:
        return {}
    try:
        if not path.is_file():
            raise ValueError(worded("没有这个文件", "there is no such file"))
        if path.stat().st_size > _MAX_JSON:
            raise ValueError(worded("文件超过 1 MB", "the file is larger than 1 MB"))
        value = json.loads(path.read_bytes(), parse_constant=_no_constant)
        if not isinstance(value, dict):
            raise ValueError(worded("应是一个 JSON 对象", "a JSON object is needed"))
    except (ValueError, OSError, RecursionError) as error:
        why: object = error
        if isinstance(error, json.JSONDecodeError):
            zh = f"第 {error.lineno} 行第 {error.colno} 列不是 JSON"
            why = worded(zh, f"it is not JSON at line {error.lineno}, column {error.colno}")
        stop(
            "{option} 的文件 {path} 不能用:{why}",
            "The file {path} of {option} cannot be used: {why}",
            status=2,
            option=option,
            path=path,
            why=why,
        )
    return value


def _no_constant(name: str) -> None:
    raise ValueError(worded(f"不接受 {name}", f"{name} is not accepted"))


def _answers(path: Path | None) -> dict[str, list[dict[str, Any]]]:
    answers = _object(path, "--answers")
    for element, given in answers.items():
        if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
            stop(
                '--answers 的文件 {path} 不能用:「{element}」应是答案的列表,例如 [{{"decision": "approve"}}]',
                "The file {path} of --answers cannot be used: “{element}” must be a list of answers, "
                'such as [{{"decision": "approve"}}]',
                status=2,
                path=path,
                element=element,
            )
    return answers


@click.command("try")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--answers", type=click.Path(path_type=Path), help="按元素 id 的答案 · answers by element id")
@click.option("--data", type=click.Path(path_type=Path), help="起始数据 · starting data")
@click.option("--anyone", is_flag=True, help="一人代办全部步骤 · one stand-in does every step")
@click.option("--assume", type=click.Choice(["true", "false"]), help="缺数据的条件取值 · a condition's value")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 · print JSON")
@spoken
def try_command(
    path: Path, answers: Path | None, data: Path | None, anyone: bool, assume: str | None, as_json: bool
) -> None:
    """在内存里试跑一张流程图 · run a diagram in memory."""
    asked = {
        "answers": _answers(answers),
        "data": _object(data, "--data"),
        "anyone": anyone,
        "assume": None if assume is None else assume == "true",
    }
    told = _checked(path, anyone) or run(path, asked)
    if as_json:
        print_json(told)
    else:
        _show(str(path), told)
    raise SystemExit(1 if told["state"] == "refused" else 0)


def _checked(path: Path, anyone: bool) -> dict[str, Any] | None:
    """Refused with all findings when one of them is an error."""
    from engine.procedures.findings import blocking
    from engine.procedures.inspect import inspect
    from web.cli.check import surroundings

    findings = inspect(path, surroundings(foreign=anyone))
    return refused([one.as_json() for one in findings]) if blocking(findings) else None


_STATES = {
    "finished": ("走到结束", "finished"),
    "waiting": ("在等待", "waiting"),
    "stopped": ("停下了", "stopped"),
}
_KINDS = {"human": ("人工", "human"), "automatic": ("自动", "automatic"), "event": ("事件", "event")}


def _show(path: str, told: dict[str, Any]) -> None:
    """The run as a person reads it: step by step, then how it ended."""
    english = language() == "en"
    if told["state"] == "refused":
        from engine.procedures.findings import Finding
        from web.cli.check import show

        show(path, [Finding(**one) for one in told["findings"]])
        return
    for number, step in enumerate(told["trace"], 1):
        name = f"「{step['name']}」" if step["name"] else ""
        click.echo(f"  {number:>3}  {_KINDS[step['kind']][english]}  {step['element']} {name}")
    say(
        "{path}:{state} {ended}",
        "{path}: {state} {ended}",
        path=path,
        state=_STATES[told["state"]][english],
        ended=", ".join(told["ended"]),
    )
    if "reason" in told:
        click.echo(f"  {told['reason']['en' if english else 'zh']}")
