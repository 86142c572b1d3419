"""Make the cases of an installation findable that were begun before there was an index."""

from collections.abc import Callable

import sqlalchemy as sa

from engine.finding.record import record
from engine.procedures.version import load_version
from models import case_words, cases, contents, people, units, writing

BATCH = 500

_MISSING = (
    sa.select(
        cases.c.id,
        cases.c.number,
        cases.c.title,
        cases.c.version_id,
        people.c.name.label("applicant"),
        units.c.name.label("unit"),
        contents.c.fields,
    )
    .join(people, people.c.id == cases.c.applicant_id)
    .join(units, units.c.id == cases.c.applicant_unit_id)
    .outerjoin(contents, (contents.c.case_id == cases.c.id) & (contents.c.no == cases.c.content_no))
    .where(cases.c.id > sa.bindparam("after"), ~sa.exists().where(case_words.c.case_id == cases.c.id).correlate(cases))
    .order_by(cases.c.id)
    .limit(BATCH)
)


def reindex(engine: sa.Engine, progress: Callable[[int], None] = lambda _: None) -> int:
    """Record every case that is not; how many. A transaction for each 500, so that it may be stopped and run again."""
    done, last = 0, 0
    while True:
        with writing(engine) as conn:
            rows = conn.execute(_MISSING, {"after": last}).all()
            for row in rows:
                version = load_version(conn, row.version_id)
                known = [row.number, row.title, row.applicant, row.unit]
                record(conn, row.id, known, version, row.fields or {}, again=False)
        if not rows:
            return done
        done, last = done + len(rows), rows[-1].id
        progress(done)
