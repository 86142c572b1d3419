"""Refuses a page text without a finished English translation."""

import sys

from scripts.translations import collect, findings


def main() -> int:
    found = findings()
    print(*found, f"translations: {len(collect())} texts, {len(found)} findings", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
