"""生效: from its day on a released version is the one that new cases start with."""

import sqlalchemy as sa

from engine.desk import Desk
from engine.trail import Entry, house
from models import procedures, versions


def put_into_force(desk: Desk, version_id: int) -> bool:
    """Let new cases start with the version, unless a newer one is in force; whether they do now."""
    row = desk.conn.execute(
        sa.select(procedures.c.id, procedures.c.slug, procedures.c.version_id, versions.c.no, versions.c.manifest)
        .join(versions, versions.c.procedure_id == procedures.c.id)
        .where(versions.c.id == version_id)
        .with_for_update(of=procedures)
    ).one()
    in_force = desk.conn.execute(sa.select(versions.c.no).where(versions.c.id == row.version_id)).scalar()
    if in_force is not None and in_force >= row.no:
        return False
    title = row.manifest["title"]
    values = {"version_id": version_id, "title_zh": title["zh"], "title_en": title["en"]}
    desk.conn.execute(procedures.update().where(procedures.c.id == row.id).values(values))
    facts = {"slug": row.slug, "no": row.no, "before": {"no": in_force}, "after": {"no": row.no}}
    house(desk.conn, [Entry("put_into_force", facts=facts)], desk.now)
    return True
