"""A sentence for a person, in Chinese and in English."""

from typing import Any, NamedTuple


class Text(NamedTuple):
    """One sentence in both languages; `{name}` marks a fact to fill in."""

    zh: str
    en: str

    def fill(self, **facts: Any) -> "Text":
        """The sentence with its facts; a fact that is itself a Text is put in by language."""
        zh = {name: fact.zh if isinstance(fact, Text) else fact for name, fact in facts.items()}
        en = {name: fact.en if isinstance(fact, Text) else fact for name, fact in facts.items()}
        return Text(self.zh.format_map(zh), self.en.format_map(en))

    def in_language(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh
