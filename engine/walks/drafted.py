"""The procedure of a draft as its stories need it, in a house with the company of the running one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import orjson
import sqlalchemy as sa

from engine.procedures.folder import laid_out
from engine.procedures.package import Package, load_package
from engine.walks.company import copy_company
from engine.walks.office import WalkOffice
from models import procedures, versions


@contextmanager
def drafted(conn: sa.Connection, files: Mapping[str, str], family: str, slug: str) -> Iterator[Package]:
    """The draft's folder on disk, beside the procedures whose stories its own come after; BadPackage with the fault."""
    with laid_out({name: text.encode() for name, text in files.items()}, family, slug) as folder:
        for other, near, texts in _neighbours(conn, files.get("walks.json", ""), slug):
            beside = folder.parents[1] / near / other
            beside.mkdir(parents=True, exist_ok=True)
            for name, text in texts.items():
                (beside / name).write_text(text, encoding="utf-8")
        yield load_package(folder)


def _neighbours(conn: sa.Connection, walks: str, own: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Slug, family and files of the other procedures that an `after` names."""
    try:
        told = orjson.loads(walks or "[]")
    except orjson.JSONDecodeError:
        return  # load_package says so
    told = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    named = [name for one in told if isinstance(one.get("after"), list) for name in one["after"]]
    names = {str(name).partition("/")[0] for name in named if "/" in str(name)} - {own}
    rows = conn.execute(
        sa.select(procedures.c.slug, procedures.c.family, versions.c.files)
        .join(versions, versions.c.id == procedures.c.version_id)
        .where(procedures.c.slug.in_(names), versions.c.files.is_not(None))
    )
    yield from (tuple(row) for row in rows)


def company_office(conn: sa.Connection, folder: Path) -> WalkOffice:
    """An office with the people, units and roles of this database instead of the demonstration company."""
    return WalkOffice(folder, found=lambda target: copy_company(conn, target))
