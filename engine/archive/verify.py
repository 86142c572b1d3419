"""Verify the audit trail of Qianfa, without Qianfa: rows, anchors and reads are hashed each with the one before it.

    python verify.py qianfa.db | log.jsonl | package.zip   [--anchors FILE]

The log is a SQLite database, what `qianfa audit export` wrote, or the archive package of one case. FILE is where the
installation writes an anchor every day, kept by somebody else: with it a cut tail is found too. A chain may be gone
only as the chain of the house (0) says of its disposal, and so may an account; reads hang in a chain of their own,
told as `reads`. Needs Python 3 only.

Not proved: the `id` of a row (its place is chain and seq); a case or read younger than the last anchor or link; the
register and closed figures, which `qianfa audit verify` compares; a package made anew, trail and all, which its SHA-256
in the register tells. Of a package the .json are proved by what was approved; its pages (.html) are for reading.
"""

import hashlib
import json
import sqlite3
import sys
import zipfile
from pathlib import Path

GENESIS = "0" * 64
KEYS = ("chain", "seq", "at", "actor_id", "for_id", "verb", "step", "task_id", "facts", "previous")
# What `qianfa audit export` writes, a line each: {"table": name, ...columns}.
TABLES = {
    "trail": ("id", *KEYS, "hash"),
    "cases": ("id", "trail_seq", "trail_hash"),
    "anchors": ("id", "at", "heads", "previous", "hash"),
    "anchored_heads": ("anchor_id", "chain", "seq", "hash"),
    "disposals": ("chain", "number", "head_seq", "head_hash", "package_sha256", "house_seq"),
    "account_disposals": ("account_id", "unit_id", "terms", "lendings", "package_sha256", "house_seq"),
    "reads": ("id", "at", "person_id", "what", "case_id", "detail"),
    "read_links": ("seq", "read_id", "case_id", "digest", "previous", "hash"),
}
INDEXES = ("trail (chain, seq)", "cases (id)", "anchored_heads (anchor_id, chain)", "disposals (chain)",
           "disposals (house_seq)", "account_disposals (house_seq)", "reads (id)", "read_links (seq)",
           "read_links (read_id)")  # fmt: skip
# What the proof of a disposal and the row of the house's chain must say alike.
PROOF = ("chain", "number", "head_seq", "head_hash", "package_sha256")
ACCOUNT_PROOF = ("account_id", "unit_id", "terms", "lendings", "package_sha256")
# What an entry of the register of publications says, in the order in which it is hashed.
ENTRY = ("number", "case_id", "channel_id", "unit_id", "title", "link", "content_sha256", "approvals", "publisher_id",
         "published_at", "archived_at")  # fmt: skip
SLACK = 10_000  # a read may be committed after one with a higher number, and is linked later
CHANGED = "此行被改动过 / this row was changed"
BROKEN = "此行不接前一行:有行被插入、替换或调换 / it does not follow the row before: inserted, replaced or swapped"
STRANGE = "没有这份申请 / there is no such case"
EMPTY = "这份申请的轨迹全部缺失 / the whole trail of the case is missing"
OTHER = "与锚点或申请所记的不同 / not the row that its anchor or case noted"
ANCHOR = "此锚点被改动过,或前面有锚点被删 / this anchor was changed, or one before it deleted"
UNSAID = "登记了销毁,总链中却没有相同的记录 / a disposal is entered that the chain of the house does not say"
UNPROVED = "总链所记的这次销毁没有登记 / the disposal that the chain of the house says is not entered"
ONE_HAND = "提出销毁和批准销毁的是同一人 / one person asked for the disposal and decided it"
NO_LINK = "此处缺少第 {0} 节 / link {0} is missing here"
FORGED = "此节被改动过,或没有接在前一节之后 / this link was changed, or does not follow the one before it"
READ_CHANGED = "这条阅读记录被改动过 / this read was changed"
READ_GONE = "这条阅读记录被删除,而申请没有销毁 / this read was deleted although its case was not disposed of"
NOT_NOTED = "此节与当时记入审计轨迹的不同 / this link is not the one that was noted in the trail"
LINKS_CUT = "链尾被截断,应到第 {0} 节 / the tail was cut: it should reach link {0}"
ADDED = "这条阅读记录是后来加入的 / this read was added later"
UNKNOWN = "审计轨迹没有登记这样的内容 / the trail names no such content"
MISSING = "缺少审计轨迹所登记的内容,或内容所附的文件 / content that the trail names, or a file of it, is missing:"
LAST = "case.json: 轨迹末行与申请所记的不同 / the last line of the trail is not the one that the case notes"
ENTERED = "发布登记与审计轨迹所记的不同 / the entry is not the one that the trail says"
PACKED = "锚点文件只能与日志一起核对,归档包里没有锚点 / anchors are compared with the log; a package holds none"
OUTSIDE = "锚点文件第 {} 行({})的锚点不在库中 / the anchor in line {} ({}) of the file is not in the log"


def sha256(stream):
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def canonical(values):
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "surrogatepass")


def moment(stored):
    """UTC with microseconds; SQLite keeps it as `2026-03-02 12:00:00.000000`."""
    return f"{stored}" if "T" in str(stored) else f"{stored}+00:00".replace(" ", "T")


def canonical_hash(values):
    try:
        return hashlib.sha256(canonical(values)).hexdigest()
    except TypeError:  # somebody put in what no row ever holds
        return None


def row_hash(row):
    try:
        return canonical_hash([moment(row[key]) if key == "at" else row[key] for key in KEYS])
    except KeyError:
        return None


def facts_of(stored):
    """The facts of a row; nothing where somebody put in what no row ever holds."""
    try:
        facts = json.loads(stored)
    except (TypeError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def check_row(before, row, case):
    """What is wrong with a row; `before`: (seq, hash), `case`: what its case notes as (seq, hash), or None."""
    if row["seq"] != before[0] + 1:
        return f"此行之前缺少第 {before[0] + 1} 行 / row {before[0] + 1} before it is missing"
    if row["chain"] != 0 and case is None:
        return STRANGE
    if row["chain"] != 0 and row["seq"] > case[0]:
        return f"申请只到第 {case[0]} 行,此行是多出的 / the case ends at row {case[0]}; this one was added"
    if row["hash"] != row_hash(row):
        return CHANGED
    return None if row["previous"] == before[1] else BROKEN


def check_end(row, case):
    if row["chain"] == 0 or row["hash"] == case[1]:
        return None
    if row["seq"] < case[0]:
        return f"链尾被截断,应到第 {case[0]} 行 / the tail was cut: row {case[0]} is missing"
    return OTHER


def check_chains(base):
    """(chain, seq, row, what) of the first bad row of each chain."""
    query = "SELECT t.*, c.trail_seq, c.trail_hash FROM trail t LEFT JOIN cases c ON c.id = t.chain ORDER BY chain, seq"
    last = bad = case = None
    for row in base.execute(query):
        if last is None or last["chain"] != row["chain"]:
            if last and not bad and (what := check_end(last, case)):
                yield last["chain"], last["seq"], last["id"], what
            last = bad = None
            case = None if row["trail_seq"] is None else (row["trail_seq"], row["trail_hash"])
        before = (last["seq"], last["hash"]) if last else (0, GENESIS)
        if not bad and (bad := check_row(before, row, case)):
            yield row["chain"], row["seq"], row["id"], bad
        last = row
    if last and not bad and (what := check_end(last, case)):
        yield last["chain"], last["seq"], last["id"], what


def check_lost(base):
    """Cases without any row, and anchored rows that are gone or others."""
    for row in base.execute("SELECT id FROM cases WHERE trail_seq > 0 AND id NOT IN (SELECT chain FROM trail)"):
        yield row["id"], None, None, EMPTY
    query = (
        "SELECT h.chain, h.seq, t.id FROM anchored_heads h LEFT JOIN trail t ON t.chain = h.chain AND t.seq = h.seq"
        " WHERE t.hash IS NOT h.hash AND NOT (t.id IS NULL AND EXISTS (SELECT 1 FROM disposals d WHERE"
        " d.chain = h.chain AND (h.seq < d.head_seq OR (h.seq = d.head_seq AND h.hash = d.head_hash))))"
        " ORDER BY h.chain, h.seq"
    )
    for row in base.execute(query):
        yield row["chain"], row["seq"], row["id"], OTHER


def check_gone(base, table, verb, keys):
    """(row, what): proofs of a disposal that the chain of the house does not say, then its lines without a proof."""
    on = f"t.chain = 0 AND t.verb = '{verb}' AND t.seq = d.house_seq"
    query = f"SELECT d.*, t.id, t.facts FROM {table} d LEFT JOIN trail t ON {on} ORDER BY 1"  # noqa: S608 - names are ours
    for row in base.execute(query):
        facts = facts_of(row["facts"])
        if any(facts.get(key) != row[key] for key in keys):
            yield row, UNSAID
        elif facts.get("asked_by") == facts.get("decided_by"):
            yield row, ONE_HAND
    on = f"{table} d ON d.house_seq = t.seq WHERE t.chain = 0 AND t.verb = '{verb}' AND d.house_seq IS NULL"
    lost = f"SELECT t.seq AS house_seq, t.id, t.facts FROM trail t LEFT JOIN {on} ORDER BY t.seq"  # noqa: S608
    yield from ((row, UNPROVED) for row in base.execute(lost))


def check_disposals(base):
    """Chains that are gone: each as the chain of the house says, with the same head, by two people."""
    for row, what in check_gone(base, "disposals", "dispose", PROOF):
        chain = facts_of(row["facts"]).get("chain") if what is UNPROVED else row["chain"]
        yield chain if isinstance(chain, int) else 0, None, row["id"], what


def check_accounts(base):
    """Accounts that were disposed of: each as the chain of the house says, by two people; a fault is of that row."""
    for row, what in check_gone(base, "account_disposals", "dispose_account", ACCOUNT_PROOF):
        yield 0, row["house_seq"], row["id"], what


def noted_links(base):
    """The heads of the chain of reads that the chain of the house notes."""
    noted = {}
    for row in base.execute("SELECT facts FROM trail WHERE chain = 0 AND verb = 'link_reads'"):
        facts = facts_of(row["facts"])
        if isinstance(facts.get("seq"), int) and isinstance(facts.get("hash"), str):
            noted[facts["seq"]] = facts["hash"]
    return noted


def check_link(link, seq, previous, noted):
    """What is wrong with a link of the chain of reads, or with its read. A read may go as its case was disposed of."""
    if link["seq"] != seq:
        return NO_LINK.format(seq)
    said = [link[key] for key in ("seq", "read_id", "case_id", "digest", "previous")]
    if link["previous"] != previous or link["hash"] != canonical_hash(said):
        return FORGED
    if noted.get(seq, link["hash"]) != link["hash"]:
        return NOT_NOTED
    if link["id"] is None:
        return None if link["disposed"] else READ_GONE
    read = [link["id"], moment(link["at"]), *(link[key] for key in ("person_id", "what", "of_case", "detail"))]
    return READ_CHANGED if link["digest"] != canonical_hash(read) else None


def check_reads(base):
    """("reads", link, read, what): the first bad link, then a read that never came into the chain."""
    noted = noted_links(base)
    query = (
        "SELECT l.*, r.id, r.at, r.person_id, r.what, r.detail, r.case_id AS of_case, EXISTS (SELECT 1 FROM disposals d"
        " WHERE d.chain = l.case_id) AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = l.case_id) AS disposed"
        " FROM read_links l LEFT JOIN reads r ON r.id = l.read_id ORDER BY l.seq"
    )
    seq, previous = 0, GENESIS
    for link in base.execute(query):
        if what := check_link(link, seq + 1, previous, noted):
            yield "reads", link["seq"], link["read_id"], what
            return
        seq, previous = link["seq"], link["hash"]
    if noted and seq < max(noted):
        yield "reads", seq or None, None, LINKS_CUT.format(max(noted))
    query = (
        "SELECT id FROM reads WHERE id <= coalesce((SELECT max(read_id) FROM read_links), 0) - ?"
        " AND NOT EXISTS (SELECT 1 FROM read_links l WHERE l.read_id = reads.id) ORDER BY id LIMIT 1"
    )
    for row in base.execute(query, (SLACK,)):
        yield "reads", None, row["id"], ADDED


def check_anchors(base, outside):
    """The anchors follow one another, and those noted outside are all there; (None, None, anchor, what)."""
    previous, found = GENESIS, set()
    heads = "SELECT chain, seq, hash FROM anchored_heads WHERE anchor_id = ? ORDER BY chain"
    for row in base.execute("SELECT * FROM anchors ORDER BY id"):
        digest = hashlib.sha256(canonical([previous, moment(row["at"]), row["heads"]]))
        for head in base.execute(heads, (row["id"],)):
            digest.update(canonical(list(head)))
        if (row["previous"], row["hash"]) != (previous, digest.hexdigest()):
            yield None, None, row["id"], ANCHOR
            return
        previous = row["hash"]
        found.add(previous)
    for number, line in enumerate(outside, 1):
        try:
            noted = json.loads(line)
            at, hash = noted["at"], noted["hash"]
        except (ValueError, KeyError, TypeError):
            at, hash = "?", None
        if line.strip() and hash not in found:
            yield None, None, None, OUTSIDE.format(number, at, number, at)
            return


def check_log(base, outside=()):
    """Every chain once, at its first bad row; then the anchors; then the reads."""
    base.row_factory = sqlite3.Row
    named = set()
    for check in (check_chains(base), check_lost(base), check_disposals(base), check_accounts(base)):
        for fault in check:
            if fault[0] not in named:
                named.add(fault[0])
                yield fault
    yield from check_anchors(base, outside)
    yield from check_reads(base)


def load(lines):
    """The lines of an export as a database on disk that goes when it is closed."""
    base = sqlite3.connect("")
    for name, columns in TABLES.items():
        base.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
    for number, where in enumerate(INDEXES):
        base.execute(f"CREATE INDEX index_{number} ON {where}")
    for line in lines:
        row = json.loads(line)
        name = row.pop("table")
        columns = TABLES[name]
        marks = ", ".join("?" * len(columns))
        base.execute(f"INSERT INTO {name} VALUES ({marks})", [row[column] for column in columns])  # noqa: S608 - names are ours
    return base


def check_package(path):
    """The files of an archive package against its manifest, and its trail."""
    with zipfile.ZipFile(path) as package:
        listed = json.loads(package.read("manifest.json"))["files"]
        for name in sorted(set(package.namelist()) ^ set(listed) ^ {"manifest.json"}):
            yield f"{name}: 清单与文件不符 / in the manifest or in the package, not in both"
        for name in sorted(set(package.namelist()) & set(listed)):
            with package.open(name) as stream:
                if sha256(stream) != listed[name]:
                    yield f"{name}: 内容被改动过 / was changed"
        rows = json.loads(package.read("trail.json"))
        told = [(row["verb"], facts_of(row["facts"])) for row in rows]
        yield from check_trail(rows)
        if "account.json" in listed:  # the lines of an account: no content, no entry
            return
        yield from check_contents(package, listed, [facts for _, facts in told])
        if "case.json" in listed:
            case = json.loads(package.read("case.json"))
            last = [(row["seq"], row["hash"]) for row in rows[-1:]] or [(0, GENESIS)]
            if [(case["facts"]["trail_seq"], case["facts"]["trail_hash"])] != last:
                yield LAST
            entries = case["publications"]
        else:
            entries = [json.loads(package.read("publication.json"))]
        for entry in entries:
            if not any(verb == "archive" and is_entry(entry, facts) for verb, facts in told):
                yield f"{entry['number']}: {ENTERED}"


def is_entry(entry, facts):
    """Whether these facts are of this entry; an older release said no more of it than its number and content."""
    if (facts.get("number"), facts.get("content")) != (entry["number"], entry["content_sha256"]):
        return False
    return "entry" not in facts or facts["entry"] == canonical_hash([entry.get(key) for key in ENTRY])


def check_contents(package, listed, told):
    """Every revision is one that the trail names by its hash, none that it names is missing, nor a file of one."""
    named = {facts["content"] for facts in told if isinstance(facts.get("content"), str)}
    held = {hash: name for name, hash in listed.items() if name.startswith("content/") and name.endswith(".json")}
    yield from (f"{name}: {UNKNOWN}" for hash, name in held.items() if hash not in named)
    wanted = named.union(*(json.loads(package.read(name))["files"] for name in held.values()))
    yield from (f"{MISSING} {hash}" for hash in sorted(wanted - set(listed.values())))


def check_trail(rows):
    """The trail of a package: its lines do not repeat the hash of the one before, but are hashed with it."""
    previous = GENESIS
    for number, row in enumerate(rows, 1):
        if row["seq"] != number or row["hash"] != row_hash({**row, "previous": previous}):
            yield f"trail.json: 第 {number} 行不成链 / line {number} does not follow"
            return
        previous = row["hash"]


def faults(path):
    """What is wrong with a package, a sentence each; nothing when it is whole."""
    found = []
    try:
        found += check_package(path)
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        found.append(f"无法读取 / can't be read: {error}")
    return found


def log_faults(path, outside=()):
    """The faults of a database or an export as (chain, seq, row, what); chain None: of the anchors, `reads`: those."""
    with Path(path).open("rb") as file:
        if file.read(16) == b"SQLite format 3\0":
            base = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
        else:
            file.seek(0)
            base = load(file)
    yield from check_log(base, outside)
    base.close()


def main(arguments):
    path, *more = arguments or [""]
    if not path or (more and (len(more) != 2 or more[0] != "--anchors")):
        sys.exit(__doc__)
    with Path(path).open("rb") as file:
        if file.read(2) == b"PK":
            return [PACKED] if more else faults(path)
    outside = Path(more[1]).read_text("utf-8").splitlines() if more else ()
    said = "链 {} 第 {} 行(记录 {}):{} / chain {}, row {} (record {})"
    found = []
    for chain, seq, row, what in log_faults(path, outside):
        place = ["-" if one is None else one for one in (chain, seq, row)]
        found.append(said.format(*place, what, *place))
    return found


if __name__ == "__main__":
    try:
        wrong = main(sys.argv[1:])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, sqlite3.Error) as error:
        sys.exit(f"无法读取 / can't be read: {error}")
    print("\n".join(wrong) or "完好 / whole")
    sys.exit(1 if wrong else 0)
