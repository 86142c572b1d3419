"""Words that may not be used, words that need a gloss, and slips of the pen: lists in bpmn/channels/words."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

from engine.rules.draft import Draft, Passage
from engine.rules.figures import CHANNELS, RuleFigure
from engine.rules.plain import Plain
from engine.rules.violation import Violation
from engine.text import Text

WORDS = CHANNELS / "words"
NAMED = 3  # places that one sentence names
MOST = 100  # places that are counted
FOUND = Text(
    "{label}含有不得发布的“{category}”内容:{places}{more}。", "The {label} has words of “{category}”: {places}{more}."
)
PLACE = Text("第 {position} 字处“{word}”({excerpt})", "“{word}” at character {position} ({excerpt})")
MORE = Text("等 {count} 处", " and others, {count} in all")
UNGLOSSED = Text(
    "{label}第 {position} 字处的网络新词“{word}”后面没有括号注释。",
    "The new internet word “{word}” at character {position} of the {label} has no gloss in brackets behind it.",
)
SLIP = Text(
    "{label}第 {position} 字处“{word}”应为“{right}”。",
    "“{word}” at character {position} of the {label} should read “{right}”.",
)
TWICE = Text(
    "{label}第 {position} 字处标点重复:“{word}”。",
    "The mark at character {position} of the {label} is doubled: “{word}”.",
)
GLOSS = re.compile(r"[”’\"'》」]?\s*[(\[【〔]\s*[^)\]】〕\s]")
DOUBLED = re.compile(r"([,。;:、?!])\1+")


@dataclass(frozen=True)
class WordList:
    """One category: its words, the phrases in which they are innocent, what each word should be where it is a slip."""

    title: Text
    right: dict[str, str]
    pattern: re.Pattern[str]
    innocent: frozenset[str]

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Every place where a word stands in a plain text, in one pass; a Latin word only where it stands alone."""
        for match in self.pattern.finditer(text):
            if match[0] not in self.innocent and _alone(text, match):
                yield match


def _alone(text: str, match: re.Match[str]) -> bool:
    if not match[0].isascii():
        return True
    around = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
    return not any(each.isascii() and each.isalnum() for each in around)


@lru_cache(maxsize=100)
def word_list(name: str, folder: Path = WORDS) -> WordList:
    """The list of that name: `words` is a list, or of slips an object from each to what is right."""
    if not name.isidentifier():
        raise ValueError(name)
    data = json.loads((folder / f"{name}.json").read_text("utf-8"))
    words = data["words"] if isinstance(data["words"], dict) else dict.fromkeys(data["words"], "")
    right = {Plain(word).text: said for word, said in words.items()}
    innocent = frozenset(Plain(phrase).text for phrase in data.get("except", ()))
    pattern = re.compile(_any_of({*right, *innocent}))
    return WordList(Text(data["title"]["zh"], data["title"]["en"]), right, pattern, innocent)


def _any_of(words: Iterable[str]) -> str:
    """A pattern for the longest of the words that begin at a place; those that begin alike are tried together."""
    rests: dict[str, set[str]] = {}
    for word in words:
        rests.setdefault(word[:1], set()).add(word[1:])
    ends = rests.pop("", None)
    ways = [re.escape(first) + _any_of(rest) for first, rest in sorted(rests.items())]
    return ways[0] if len(ways) == 1 and not ends else f"(?:{'|'.join(ways)})" + ("?" if ends else "") if ways else ""


def prohibited(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """`figure` names the list."""
    words = word_list(figure.figure)
    for passage in draft.prose:
        found = list(islice(words.find(passage.text.text), MOST))
        if found:
            places = [_place(PLACE, passage, match) for match in found[:NAMED]]
            yield figure.broken(
                passage.place,
                FOUND,
                label=passage.label,
                category=words.title,
                places=Text("、".join(each.zh for each in places), ", ".join(each.en for each in places)),
                more=MORE.fill(count=len(found)) if len(found) > NAMED else "",
            )


def glossed(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """The first time a new word is used, an explanation in brackets follows it."""
    words = word_list(figure.figure)
    for passage in draft.prose:
        first = {match[0]: match for match in reversed(list(words.find(passage.text.text)))}
        for match in sorted(first.values(), key=lambda match: match.start()):
            if not GLOSS.match(passage.text.text, match.end()):
                yield figure.broken(passage.place, _place(UNGLOSSED, passage, match))


def wording(figure: RuleFigure, draft: Draft) -> Iterator[Violation]:
    """Common slips of the pen and doubled punctuation."""
    words = word_list(figure.figure)
    for passage in draft.prose:
        for match in islice(words.find(passage.text.text), NAMED):
            yield figure.broken(passage.place, _place(SLIP, passage, match, right=words.right[match[0]]))
        for match in islice(DOUBLED.finditer(passage.text.text), NAMED):
            yield figure.broken(passage.place, _place(TWICE, passage, match))


def _place(sentence: Text, passage: Passage, match: re.Match[str], **facts: str) -> Text:
    """Where a match stands, counted from 1 in the text as it was written."""
    text = passage.text
    return sentence.fill(
        label=passage.label,
        position=text.origin(match.start()) + 1,
        word=text.original[text.origin(match.start()) : text.origin(match.end() - 1) + 1],
        excerpt=text.around(match.start(), match.end()),
        **facts,
    )
