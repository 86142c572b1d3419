"""Release a procedure: its folder, found fit, becomes the version that new cases start with."""

from typing import Any

import sqlalchemy as sa

from engine.desk import Desk
from engine.errors import NotAllowed, QianfaError
from engine.operations import OPERATIONS
from engine.procedures.findings import Finding
from engine.procedures.inspect import Surroundings, inspect
from engine.procedures.package import Package
from engine.releasing.versions import Directory, Published, digest_of, keep_version
from engine.text import Text
from models import procedures, versions

TAKES_TWO = Text(
    "流程的新版本由两个人发布:一人在草稿中提交,另一人发布。",
    "A version of a procedure takes two people: one submits a draft, another releases it.",
)


class Unfit(QianfaError):
    """The diagram may not be published; `findings` say why."""

    code = "unfit"
    status = 422
    message = Text("流程不能发布,有{count}处错误。", "The procedure cannot be published: {count} errors.")

    def __init__(self, findings: list[Finding]):
        super().__init__(count=sum(one.level == "error" for one in findings))
        self.findings = findings


def publish(desk: Desk, package: Package, *, trusted: bool = False) -> Published:
    """Check the folder, keep it as a new version and let new cases start with it; only on the server itself.

    People release a draft, which takes two of them. A folder that is already the current version changes nothing.
    `trusted`: it comes with the product and was checked in its tests, so the checks in the child process are left out.
    Raises Unfit with findings, NotAllowed.
    """
    if desk.actor is not None:
        raise NotAllowed(TAKES_TWO)
    digest = digest_of(package)
    current = _current(desk.conn, package.slug)
    if current is not None and current.sha256 == digest:
        _keep_files(desk.conn, current.id, package)
        return Published(package.slug, current.no, current.id, False)
    if not trusted:
        findings = inspect(package.folder, around(desk.conn))
        if any(one.level == "error" for one in findings):
            raise Unfit(findings)
    return keep_version(desk, package)


def around(conn: sa.Connection) -> Surroundings:
    """What the checks need to know of this company: its roles, its units, our operations."""
    directory = Directory(conn)
    return Surroundings(frozenset(OPERATIONS), frozenset(directory.roles), frozenset(directory.units))


def _current(conn: sa.Connection, slug: str) -> Any | None:
    return conn.execute(
        sa.select(versions.c.id, versions.c.no, versions.c.sha256)
        .join(procedures, procedures.c.version_id == versions.c.id)
        .where(procedures.c.slug == slug)
    ).first()


def _keep_files(conn: sa.Connection, version_id: int, package: Package) -> None:
    """The folder of a version that was published before folders were kept."""
    here = (versions.c.id == version_id) & versions.c.files.is_(None)
    conn.execute(versions.update().where(here).values(files=package.files or None))
