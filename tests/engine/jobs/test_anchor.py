"""The anchor of the day goes outside by every way that is set up; what cannot be written becomes an incident."""

import json
import os
from dataclasses import replace

import pytest
import sqlalchemy as sa

import models
from engine import trail
from engine.connectors.errors import TransportError
from engine.connectors.ledger import append
from engine.connectors.mail import Mail
from engine.jobs.carrier import open_carrier
from engine.jobs.clock import Clock
from engine.jobs.deliver import KINDS
from engine.jobs.worker import NOWHERE, TRIES, Anchors, due, run
from models import anchor_copies, anchors, incidents
from tests.support.rows import add_lines, make_case


def work(place):
    """All that is due, each once."""
    with models.reading(place.engine) as conn:
        found = due(conn, place.now(), 100)
    for job_id in found:
        run(place, KINDS, job_id)


def test_the_newest_anchor_goes_out_once_a_day_by_file_mail_and_webhook(place, hand, mailbox, receiver, tmp_path):
    path = tmp_path / "anchors.jsonl"
    mail = replace(Mail.at(mailbox.url, "qianfa@example.com"), patience=5)
    place = replace(place, mail=mail, anchors=Anchors(path, "audit@example.com", webhook=True))
    clock = Clock(place, open_carrier("memory://", "secret"))
    with models.writing(place.engine) as conn:
        case = make_case(conn, lines=2, now=hand())
    for _ in range(3):  # three looks of one day, each over another anchor
        clock.keep_house(hand())
        work(place)
        with models.writing(place.engine) as conn:
            add_lines(conn, case, 1, now=hand())
        hand.move(hours=1)
    hand.move(hours=24)
    clock.keep_house(hand())
    work(place)

    lines = path.read_text().splitlines()
    with models.reading(place.engine) as conn:
        made = conn.execute(sa.select(anchors).order_by(anchors.c.id)).mappings().all()
        copies = conn.execute(sa.select(anchor_copies).order_by(anchor_copies.c.id)).all()
        assert list(trail.verify(conn, outside=lines)) == []
    expected = [
        {"at": trail.said_at(one["at"]), **{name: one[name] for name in ("heads", "hash", "previous")}}
        for one in (made[0], made[-1])
    ]
    assert len(made) == 4
    assert [json.loads(line) for line in lines] == expected
    assert [body for _, body in sorted(receiver.effects.items())] == [{"event": "anchor", **one} for one in expected]
    assert len(mailbox.letters) == 2
    told = [letter.get_body(("plain",)).get_content() for letter in mailbox.letters]
    assert all(json.dumps(one, separators=(",", ":")) in text for one, text in zip(expected, told, strict=True))
    assert len(copies) == 6 and all(one.written_at for one in copies)
    assert {(one.way, one.place) for one in copies} >= {("file", str(path)), ("mail", "audit@example.com")}


def test_what_cannot_be_written_is_tried_again_and_becomes_an_incident_with_an_owner(place, hand, row, tmp_path):
    path = tmp_path / "away" / "anchors.jsonl"
    place = replace(place, anchors=Anchors(path))
    with models.writing(place.engine) as conn:
        make_case(conn, now=hand())
    Clock(place, open_carrier("memory://", "secret")).keep_house(hand())
    work(place)
    with models.reading(place.engine) as conn:
        job = conn.execute(sa.select(anchor_copies.c.job_id)).scalar_one()
    assert row(job).state == "waiting" and "No such file" in row(job).error
    for _ in range(TRIES):
        hand.move(hours=1)
        work(place)
    with models.reading(place.engine) as conn:
        (incident,) = conn.execute(sa.select(incidents)).all()
        assert conn.execute(sa.select(anchor_copies.c.written_at)).scalar_one() is None
    assert (incident.job_id, incident.owner) == (job, "r:administrator:*")
    assert "在库外写下锚点" in incident.zh and str(path) in incident.zh
    path.parent.mkdir()
    with models.writing(place.engine) as conn:
        from engine.queue import requeue

        assert requeue(conn, job, now=hand())
    work(place)
    assert row(job).state == "done" and path.read_text().count("\n") == 1

    place = replace(place, anchors=NOWHERE)
    assert Clock(place, open_carrier("memory://", "secret")).keep_house(hand()) is None, "nowhere to write to"


def test_a_line_is_written_whole_once_and_behind_a_torn_one(tmp_path, monkeypatch):
    path = tmp_path / "anchors.jsonl"
    append(path, b"one")
    append(path, b"one")
    with path.open("ab") as file:
        file.write(b'{"torn')
    append(path, b"two")
    assert path.read_bytes() == b'one\n{"torn\ntwo\n'
    monkeypatch.setattr(os, "write", lambda handle, text: 2)
    with pytest.raises(TransportError):
        append(path, b"three")
    assert path.read_bytes() == b'one\n{"torn\ntwo\n'
