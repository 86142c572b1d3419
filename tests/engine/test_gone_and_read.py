"""Disposals and reads: whatever is done to them, the command and the script that stands alone name the same."""

import json
import sys
from collections.abc import Callable
from typing import Any

import orjson
import pytest
import sqlalchemy as sa

import models
from engine import trail
from engine.archive import verify as script
from engine.text import Text
from engine.trail import GENESIS, HOUSE, Entry
from engine.trail import reads as read_chain
from models import account_disposals, anchored_heads, anchors, cases, disposals, read_links, reads
from models import trail as lines
from tests.engine.test_trail import by_export, by_script, change, delete, drop_triggers, faults, rehash
from tests.support.rows import NOON, any_unit, anybody, make_case

of_chains = sys.modules["engine.trail.verify"]  # a function is called the same
RESTORED = (lines, anchors, anchored_heads, disposals, account_disposals, reads, read_links)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_chain, "READS_AT_ONCE", 4)
    monkeypatch.setattr(read_chain, "SLACK", 2)
    monkeypatch.setattr(script, "SLACK", 2)


def scene(engine: sa.Engine) -> tuple[int, int]:
    """One case went with its trail and its two reads, as the house says; of the other six reads are there."""
    with models.writing(engine) as conn:
        gone, left = make_case(conn, lines=5), make_case(conn, lines=5)
        trail.anchor(conn, NOON)
        person = anybody(conn)
        row = {"at": NOON, "person_id": person, "what": "opened", "detail": '{"page":"案卷"}'}
        conn.execute(sa.insert(reads), [row | {"case_id": case} for case in (gone, gone, *[left] * 6)])
        assert [trail.link_reads(conn, NOON) for _ in range(3)] == [4, 4, 0]
        case = conn.execute(sa.select(cases).where(cases.c.id == gone)).one()
        asked = {"procedure_id": case.procedure_id, "count": 1, "keep_package": False, "reason": "期满"}
        asked |= {"state": "done", "asked_by": person, "asked_at": NOON}
        request = conn.execute(models.disposal_requests.insert().values(asked)).inserted_primary_key.id
        proof = {"chain": gone, "number": case.number, "head_seq": 5, "head_hash": case.trail_hash}
        proof |= {"package_sha256": "a" * 64}
        said = trail.house(conn, [Entry("dispose", facts=proof | {"asked_by": 1, "decided_by": 2})], NOON)
        row = {"procedure_id": case.procedure_id, "unit_id": any_unit(conn), "started_at": NOON, "ended_at": NOON}
        row |= {"at": NOON, "package_kept": False, "request_id": request, "house_seq": said.seq}
        conn.execute(sa.insert(disposals), proof | row)
        proof = {"account_id": 7, "unit_id": any_unit(conn), "terms": 2, "lendings": 0, "package_sha256": "b" * 64}
        said = trail.house(conn, [Entry("dispose_account", facts=proof | {"asked_by": 1, "decided_by": 2})], NOON)
        row = {"official": False, "kind": "wechat", "name": "", "procedure_id": case.procedure_id, "at": NOON}
        row |= {"opened_at": NOON, "closed_at": NOON, "package_kept": False, "request_id": request}
        conn.execute(sa.insert(account_disposals), proof | row | {"house_seq": said.seq})
        for table, column in ((lines, lines.c.chain), (reads, reads.c.case_id), (cases, cases.c.id)):
            conn.execute(sa.delete(table).where(column == gone))
        trail.anchor(conn, NOON)
        drop_triggers(conn)
    return gone, left


def last_of(conn: sa.Connection, verb: str) -> int:
    return int(conn.execute(sa.select(sa.func.max(lines.c.seq)).where(lines.c.verb == verb)).scalar_one())


def rewrite_house(conn: sa.Connection, verb: str, **values: Any) -> None:
    """The last row of this verb says something else, and the chain and its anchor are made consistent again."""
    seq = last_of(conn, verb)
    row = conn.execute(sa.select(lines.c.facts).where(lines.c.chain == HOUSE, lines.c.seq == seq)).one()
    facts = orjson.dumps(json.loads(row.facts) | values, option=orjson.OPT_SORT_KEYS).decode()
    change(conn, HOUSE, seq, facts=facts)
    rehash(conn, HOUSE)
    head = conn.execute(sa.select(lines.c.hash).where(lines.c.chain == HOUSE).order_by(lines.c.seq.desc())).scalar()
    last = conn.execute(sa.select(anchors).order_by(anchors.c.id.desc())).mappings().first()
    mine = anchored_heads.c.anchor_id == last["id"]
    conn.execute(sa.update(anchored_heads).where(mine, anchored_heads.c.chain == HOUSE).values(hash=head))
    heads = conn.execute(sa.select(*anchored_heads.c["chain", "seq", "hash"]).where(mine).order_by("chain")).all()
    hash = of_chains.anchor_hash(last["previous"], last["at"], last["heads"], heads)
    conn.execute(sa.update(anchors).where(anchors.c.id == last["id"]).values(hash=hash))


def rewrite_read(conn: sa.Connection) -> None:
    """The last read says something else, and its chain is made consistent again."""
    link = conn.execute(sa.select(read_links).order_by(read_links.c.seq.desc())).mappings().first()
    mine = reads.c.id == link["read_id"]
    conn.execute(sa.update(reads).where(mine).values(detail="{}"))
    told = conn.execute(sa.select(reads).where(mine)).mappings().one()
    new = {**link, "digest": read_chain.read_digest(told)}
    new["hash"] = read_chain.link_hash(new)
    conn.execute(sa.update(read_links).where(read_links.c.seq == link["seq"]).values(new))


def prove(conn: sa.Connection, **values: Any) -> None:
    """Another proof, which the house never said."""
    row = conn.execute(sa.select(disposals)).mappings().one()
    conn.execute(sa.insert(disposals), {**row, "number": "F-1", "house_seq": 9_999, **values})


def set_proof(**values: Any) -> Callable[..., Any]:
    return lambda conn, _gone, _left: conn.execute(sa.update(disposals).values(values))


def set_read(seq: int, **values: Any) -> Callable[..., Any]:
    link = sa.select(read_links.c.read_id).where(read_links.c.seq == seq).scalar_subquery()
    return lambda conn, _gone, _left: conn.execute(sa.update(reads).where(reads.c.id == link).values(values))


def house_says(verb: str, **values: Any) -> Callable[..., Any]:
    return lambda conn, _gone, _left: rewrite_house(conn, verb, **values)


def remove(table: sa.Table, *where: Any) -> Callable[..., Any]:
    return lambda conn, _gone, _left: conn.execute(sa.delete(table).where(*where))


def every(*deeds: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *of: [do(*of) for do in deeds]


def rewrite_all_reads(conn: sa.Connection, case: int) -> None:
    """Every link names this case, and their chain is made consistent again."""
    hash = GENESIS
    for link in conn.execute(sa.select(read_links).order_by(read_links.c.seq)).mappings().all():
        new = {**link, "case_id": case, "previous": hash}
        new["hash"] = hash = read_chain.link_hash(new)
        conn.execute(sa.update(read_links).where(read_links.c.seq == link["seq"]).values(new))


def erase_reads(conn: sa.Connection, _gone: int, _left: int) -> None:
    """Every read is gone, said to be of a case that never was."""
    rewrite_all_reads(conn, 987_654)
    conn.execute(sa.delete(reads))


def add_read(conn: sa.Connection, _gone: int, _left: int) -> None:
    conn.execute(sa.insert(reads).values(id=-5, at=NOON, what="opened", detail="{}"))


# What is done, and what is said of it: of the chains, then of the reads.
DEEDS: dict[str, tuple[Callable[..., Any], list[str]]] = {
    "nothing": (every(), []),
    "no proof": (remove(disposals), ["GONE", "reads.GONE"]),
    "a proof of another head": (set_proof(head_hash="0" * 64), ["GONE"]),
    "a proof of an earlier head": (set_proof(head_seq=4), ["GONE"]),
    "a proof of another package": (set_proof(package_sha256="0" * 64), ["UNSAID"]),
    "a proof of another row": (set_proof(house_seq=1), ["UNSAID"]),
    "the house says otherwise": (house_says("dispose", head_seq=4), ["UNSAID"]),
    "one hand": (house_says("dispose", asked_by=2), ["ONE_HAND"]),
    "no hand": (house_says("dispose", asked_by=None, decided_by=None), ["ONE_HAND"]),
    "no facts": (lambda c, _g, _l: change(c, HOUSE, last_of(c, "dispose"), facts="none"), ["CHANGED", "UNSAID"]),
    "no chain": (every(house_says("dispose", chain=[1]), remove(disposals)), ["GONE", "UNPROVED", "reads.GONE"]),
    "no proof of an account": (remove(account_disposals), ["UNPROVED"]),
    "a proof of an account with more lines": (
        lambda c, _g, _l: c.execute(sa.update(account_disposals).values(lendings=1)),
        ["UNSAID"],
    ),
    "an account by one hand": (house_says("dispose_account", asked_by=2), ["ONE_HAND"]),
    "a forged proof": (lambda c, _g, left: prove(c, chain=left), ["UNSAID"]),
    "a trail gone, the case there": (
        lambda c, _g, left: (prove(c, chain=left, head_seq=9), delete(c, left, 1, 2, 3, 4, 5)),
        ["EMPTY"],
    ),
    "a row is back": (lambda c, gone, _l: trail.write(c, gone, 0, GENESIS, [Entry("comment")], NOON), ["STRANGE"]),
    "a read changed": (set_read(3, what="x"), ["reads.CHANGED"]),
    "a read of another case": (set_read(5, case_id=None), ["reads.CHANGED"]),
    "a read removed": (
        remove(reads, reads.c.id == sa.select(sa.func.max(reads.c.id)).scalar_subquery()),
        ["reads.GONE"],
    ),
    "a link changed": (
        lambda c, _g, _l: c.execute(sa.update(read_links).values(digest="0" * 64)),
        ["reads.FORGED"],
    ),
    "a link removed": (remove(read_links, read_links.c.seq == 3), ["reads.GAP"]),
    "links cut": (remove(read_links, read_links.c.seq > 6), ["reads.CUT"]),
    "all cut": (every(remove(read_links), remove(reads)), ["reads.CUT"]),
    "rewritten": (lambda c, _g, _l: rewrite_read(c), ["reads.OTHER"]),
    "the house notes otherwise": (house_says("link_reads", hash="0" * 64), ["reads.OTHER"]),
    "the house notes more": (house_says("link_reads", seq=9), ["reads.CUT"]),
    "the house notes nonsense": (house_says("link_reads", seq="x", hash=1), []),
    "a read added": (add_read, ["reads.ADDED"]),
    "every read erased": (erase_reads, ["reads.GONE"]),
    "the same with a disposal": (
        every(lambda c, _g, _l: prove(c, chain=987_654), erase_reads),
        ["UNSAID", "reads.OTHER"],
    ),
}
NEW = ("UNSAID", "UNPROVED", "ONE_HAND", "reads.")


def named(module: Any, what: Text) -> str:
    """The name of a sentence."""
    texts = {name: text for name, text in vars(module).items() if isinstance(text, Text)}
    return next(name for name, text in texts.items() if what.zh.startswith(text.zh.split("{")[0]))


def test_command_and_script_name_the_same_in_disposals_and_reads(engine: sa.Engine) -> None:
    """In the file and in the export, and in the same words; each deed is undone before the next."""
    cases_of = scene(engine)
    with models.reading(engine) as conn:
        whole = {table: [dict(row) for row in conn.execute(sa.select(table)).mappings()] for table in RESTORED}
    for name, (do, expected) in DEEDS.items():
        with models.writing(engine) as conn:
            do(conn, *cases_of)
        found = faults(engine)  # the script agrees on chains, rows and records
        with models.reading(engine) as conn:
            texts = [(named(of_chains, fault.what), fault.what) for fault in trail.verify(conn)]
            texts += [("reads." + named(read_chain, fault.what), fault.what) for fault in trail.verify_reads(conn)]
        assert [said for said, _ in texts] == expected, (name, found)
        told = by_script(engine)
        assert by_export(engine) == told, name
        for (said, text), (*_, what) in zip(texts, told, strict=True):
            en = text.en[0].lower() + text.en[1:]
            assert not said.startswith(NEW) or what == f"{text.zh} / {en}".replace("。", "").rstrip("."), name
        with models.writing(engine) as conn:
            for table in reversed(RESTORED):
                conn.execute(sa.delete(table))
            for table, rows in whole.items():
                conn.execute(sa.insert(table), rows)


def test_what_no_row_ever_holds_is_a_fault_and_no_error(sqlite: Any) -> None:
    engine = sqlite.engine()
    gone, _ = scene(engine)
    with models.writing(engine) as conn:
        seq = last_of(conn, "dispose")
        conn.exec_driver_sql("UPDATE reads SET at = 'soon', detail = x'00'")
        conn.exec_driver_sql("UPDATE trail SET facts = x'00' WHERE verb = 'dispose'")
        conn.exec_driver_sql("UPDATE trail SET facts = '[]' WHERE verb = 'link_reads' AND seq = 1")
    assert faults(engine) in ([(HOUSE, 1), (gone, None), ("reads", 3)], [(HOUSE, seq), (gone, None), ("reads", 3)])
    engine.dispose()
