"""What `qianfa check` says of a draft as it stands, with what is being changed in it and is not saved yet."""

from collections.abc import Mapping

import sqlalchemy as sa

from engine.operations import OPERATIONS
from engine.procedures.findings import Finding
from engine.procedures.folder import check_files, laid_out
from engine.procedures.inspect import Surroundings, inspect
from engine.queries.names import names
from engine.queries.studio import DraftView


def draft_findings(conn: sa.Connection, draft: DraftView, changes: Mapping[str, str]) -> list[Finding]:
    """The findings on the draft's folder with these files instead of its own. Two statements and a child process."""
    texts = {**draft.files, **changes}
    check_files(texts)
    files = {name: text.encode() for name, text in texts.items()}
    company = names(conn)
    around = Surroundings(frozenset(OPERATIONS), frozenset(company.roles), frozenset(company.units))
    with laid_out(files, draft.family, draft.slug) as folder:
        return inspect(folder, around)
