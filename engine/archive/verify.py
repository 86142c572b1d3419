"""Check a package: every file against the manifest, every line of the trail against the one before it.

Needs nothing but Python:  python verify.py PACKAGE.zip
"""

import hashlib
import json
import sys
import zipfile


def sha256(stream):
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def check_files(package, manifest):
    listed = manifest["files"]
    for name in sorted(set(package.namelist()) ^ set(listed) ^ {"manifest.json"}):
        yield f"{name}: 清单与文件不符 / in the manifest or in the package, not in both"
    for name in sorted(set(package.namelist()) & set(listed)):
        with package.open(name) as stream:
            if sha256(stream) != listed[name]:
                yield f"{name}: 内容被改动过 / was changed"


def check_trail(trail):
    previous = "0" * 64
    for number, row in enumerate(trail, 1):
        said = [row[key] for key in ("chain", "seq", "at", "actor_id", "for_id", "verb", "step", "task_id", "facts")]
        text = json.dumps([*said, previous], ensure_ascii=False, separators=(",", ":"))
        if row["seq"] != number or hashlib.sha256(text.encode()).hexdigest() != row["hash"]:
            yield f"trail.json: 第 {number} 行不成链 / line {number} does not follow"
            return
        previous = row["hash"]


def faults(path):
    """What is wrong with the package, a sentence each; nothing when it is whole."""
    found = []
    try:
        with zipfile.ZipFile(path) as package:
            found += check_files(package, json.loads(package.read("manifest.json")))
            found += check_trail(json.loads(package.read("trail.json")))
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        found.append(f"无法读取 / can't be read: {error}")
    return found


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = faults(sys.argv[1])
    print("\n".join(found) or "完好 / whole")
    sys.exit(1 if found else 0)
