"""备案: a numbered entry that something was made known to the office that keeps the register."""

from typing import Any

from engine.numbers import next_number
from engine.operations.lookups import find_unit, words
from engine.text import Text
from engine.work import Work
from models import filings

NUMBER = "BA-{year}-{serial:05}"
KIND = Text("备案类别", "The kind of filing")
SUBJECT = Text("备案事项", "The subject of the filing")
DETAILS = Text("备案说明", "The details of the filing")


def file_record(work: Work, kind: str = "", subject: str = "", unit: str = "", details: str = "") -> dict[str, Any]:
    """Enter a filing; without words of its own it is called by the procedure and the title of the case."""
    row = {
        "number": next_number(work.desk.conn, NUMBER, work.desk.now),
        "kind": words(kind or work.version.title.zh, KIND, 100),
        "subject": words(subject or work.changes.get("title", work.row.title), SUBJECT, 300),
        "details": words(details, DETAILS, 4000, needed=False),
        "unit_id": find_unit(work, unit).id if unit else work.row.applicant_unit_id,
        "filed_at": work.desk.now,
        "case_id": work.row.id,
    }
    work.desk.conn.execute(filings.insert(), row)
    work.note("file_record", number=row["number"], kind=row["kind"])
    return {"number": row["number"]}
