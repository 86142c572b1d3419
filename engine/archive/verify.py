"""Verify the audit trail of Qianfa, without Qianfa: each row is hashed with the row before it, and so are the anchors.

    python verify.py qianfa.db | log.jsonl | package.zip   [--anchors FILE]

The log is a SQLite database, what `qianfa audit export` wrote, or the archive package of one case. FILE is where the
installation writes an anchor every day, kept by somebody else: with it a cut tail is found too. Needs Python 3 only.
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
}
CHANGED = "此行被改动过 / this row was changed"
BROKEN = "此行不接前一行:有行被插入、替换或调换 / it does not follow the row before: inserted, replaced or swapped"
STRANGE = "没有这份申请 / there is no such case"
EMPTY = "这份申请的轨迹全部缺失 / the whole trail of the case is missing"
OTHER = "与锚点或申请所记的不同 / not the row that its anchor or case noted"
ANCHOR = "此锚点被改动过,或前面有锚点被删 / this anchor was changed, or one before it deleted"
OUTSIDE = "锚点文件第 {} 行({})的锚点不在库中 / the anchor in line {} ({}) of the file is not in the log"


def sha256(stream):
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def canonical(values):
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def moment(stored):
    """UTC with microseconds; SQLite keeps it as `2026-03-02 12:00:00.000000`."""
    return f"{stored}" if "T" in str(stored) else f"{stored}+00:00".replace(" ", "T")


def row_hash(row):
    try:
        said = [moment(row[key]) if key == "at" else row[key] for key in KEYS]
        return hashlib.sha256(canonical(said)).hexdigest()
    except (KeyError, TypeError):  # somebody put in what no row ever holds
        return None


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
    return (
        f"链尾被截断,应到第 {case[0]} 行 / the tail was cut: row {case[0]} is missing"
        if row["seq"] < case[0]
        else OTHER
    )


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
        " WHERE t.hash IS NOT h.hash ORDER BY h.chain, h.seq"
    )
    for row in base.execute(query):
        yield row["chain"], row["seq"], row["id"], OTHER


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
    """Every chain once, at its first bad row; then the anchors. More tables of links are to be checked here."""
    base.row_factory = sqlite3.Row
    named = set()
    for check in (check_chains(base), check_lost(base)):
        for fault in check:
            if fault[0] not in named:
                named.add(fault[0])
                yield fault
    yield from check_anchors(base, outside)


def load(lines):
    """The lines of an export as a database on disk that goes when it is closed."""
    base = sqlite3.connect("")
    for name, columns in TABLES.items():
        base.execute(f"CREATE TABLE {name} ({', '.join(columns)})")
    base.execute("CREATE INDEX by_seq ON trail (chain, seq)")
    base.execute("CREATE INDEX by_anchor ON anchored_heads (anchor_id, chain)")
    base.execute("CREATE INDEX by_case ON cases (id)")
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
        yield from check_trail(json.loads(package.read("trail.json")))


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
    """The faults of a database or an export as (chain, seq, row, what); chain None: of the anchors."""
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
            return faults(path)
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
