"""What `qianfa check` says of a draft as it stands, with what is being changed in it and is not saved yet."""

from collections.abc import Mapping

import sqlalchemy as sa

from engine.errors import TooLarge
from engine.operations import OPERATIONS
from engine.procedures.findings import Finding
from engine.procedures.folder import laid_out
from engine.procedures.inspect import Surroundings, inspect
from engine.procedures.package import MAX_BYTES
from engine.queries.names import names
from engine.queries.studio import DraftView


def draft_findings(conn: sa.Connection, draft: DraftView, changes: Mapping[str, str]) -> list[Finding]:
    """The findings on the draft's folder with these files instead of its own. Two statements and a child process."""
    files = {name: text.encode() for name, text in {**draft.files, **changes}.items()}
    if any(len(data) > MAX_BYTES for data in files.values()):
        raise TooLarge(limit=f"{MAX_BYTES // 1_000_000} MB")
    company = names(conn)
    around = Surroundings(frozenset(OPERATIONS), frozenset(company.roles), frozenset(company.units))
    with laid_out(files, draft.family, draft.slug) as folder:
        return inspect(folder, around)
