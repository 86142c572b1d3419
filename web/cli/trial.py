"""Runs a diagram for `qianfa try` in a child process that cannot take more time or memory than a check may."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def refused(findings: list[dict[str, Any]]) -> dict[str, Any]:
    return {"state": "refused", "findings": findings}


def _documents(path: Path) -> tuple[dict[str, bytes], dict[str, bytes], str | None, dict[str, Any]]:
    """The diagrams, the decision tables, the process to start and the data a case of it starts with."""
    from engine.procedures.package import load_package

    folder = path if path.is_dir() else path.parent
    if path.is_dir() or (path.stem == folder.resolve().name and (folder / "procedure.json").is_file()):
        package = load_package(folder)
        return package.documents, package.tables, package.process, {"switches": package.switches}
    return {path.name: path.read_bytes()}, {}, None, {}


def run(path: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """The run in a child process, which cannot take more time or memory than a check may."""
    from engine.errors import QianfaError
    from engine.procedures.findings import Finding, gave_up
    from engine.procedures.inspect import WALL_SECONDS

    try:
        documents, tables, process, data = _documents(path)
    except (QianfaError, OSError) as error:
        text = getattr(error, "text", None)
        zh, en = (text.zh, text.en) if text else (str(error), str(error))
        return refused([Finding.at("package", "error", zh, en).as_json()])
    asked |= {"data": {**data, **asked["data"]}, "process_id": process}
    packed = {
        key: {name: base64.b64encode(content).decode() for name, content in files.items()}
        for key, files in (("documents", documents), ("tables", tables))
    }
    command = [sys.executable, "-X", "utf8", "-m", "web.cli.trial"]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=json.dumps({**packed, **asked}).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            check=False,
        )
        told: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, OSError, ValueError):
        return refused([gave_up().as_json()])
    return told


def main() -> None:
    """The child: take limits, read the diagram from standard input, write how it ran."""
    import resource

    from engine.procedures.inspector import CPU_SECONDS, MEMORY_BYTES

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from engine.kernel.trial import try_diagram

    asked: dict[str, Any] = json.load(sys.stdin.buffer)
    for key in ("documents", "tables"):
        asked[key] = {name: base64.b64decode(data) for name, data in asked[key].items()}
    sys.stdout.write(json.dumps(try_diagram(**asked)))


if __name__ == "__main__":
    main()
