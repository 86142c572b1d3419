"""The archive package of a closed account: its lines as a page that any browser opens and as data."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from engine.archive import verify
from engine.archive.overview import account_page
from engine.archive.package import Writer, as_json, keep


class AccountFile(NamedTuple):
    """An account as plain data, times as ISO text."""

    facts: dict[str, Any]
    terms: Sequence[dict[str, Any]]
    lendings: Sequence[dict[str, Any]]
    handovers: Sequence[dict[str, Any]]


def pack_account(folder: Path, account: AccountFile) -> Path:
    """The package's path below `folder`; the same lines give the same bytes."""
    return keep(folder, lambda writer: _fill(writer, account))


def _fill(writer: Writer, account: AccountFile) -> None:
    writer.add("index.html", account_page(account._asdict()).encode())
    writer.add("account.json", as_json(account._asdict()))
    writer.add("trail.json", as_json([]))  # an account has no trail of its own: what was done stands in its cases
    writer.add("verify.py", Path(verify.__file__).read_bytes())
    writer.add("manifest.json", as_json({"account": account.facts["id"], "files": dict(writer.files)}))
