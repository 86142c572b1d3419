"""Brings the English catalogue up to date with the texts of the pages; new ones wait for a translator."""

from babel.messages.pofile import write_po

from scripts.translations import ENGLISH, collect, english


def main() -> None:
    known = english()
    catalog = collect()
    for message in catalog:
        translated = known.get(message.id, message.context) if message.id else None
        if translated:
            message.string = translated.string
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with ENGLISH.open("wb") as file:
        write_po(file, catalog, width=110, sort_by_file=True, include_lineno=False, omit_header=False)
    waiting = sum(1 for message in catalog if message.id and not message.string)
    print(f"translations: {len(catalog)} texts, {waiting} wait in {ENGLISH.name}")


if __name__ == "__main__":
    main()
