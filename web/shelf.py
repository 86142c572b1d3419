"""The catalogue as a reader asks for it: what is shown, in which order, and what to choose from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.queries import Catalogue, Entry
from engine.text import Text

EVERY = "any"  # every organisation, where one's own stands first
KINDS = {"publishing": Text("信息发布", "Publishing"), "accounts": Text("账号", "Accounts")}
OTHER = Text("其他", "Others")
MINE, ALL = Text("我可以发起", "I may start"), Text("全部流程", "All procedures")
NOWHERE = Text("未注明机构", "No organisation named")
MOST_ARTICLES = 4  # named on a card


@dataclass(frozen=True)
class Asked:
    """What stands in the address: words to find, all or only what one may start, one organisation, one regulation."""

    q: str = ""
    all: bool = False
    organisation: str = ""
    regulation: str = ""

    @classmethod
    def of(cls, told: Mapping[str, str]) -> "Asked":
        q, organisation, regulation = (told.get(name, "").strip()[:100] for name in ("q", "organisation", "regulation"))
        return cls(q, bool(told.get("all")), organisation, regulation)

    def address(self, **changes: Any) -> dict[str, Any]:
        """The arguments of an address that asks for this, with changes."""
        told = {"q": self.q, "all": self.all, "organisation": self.organisation, "regulation": self.regulation}
        return {name: 1 if value is True else value for name, value in (told | changes).items() if value}


@dataclass(frozen=True)
class Kind:
    title: Text
    entries: list[Entry]


@dataclass(frozen=True)
class Group:
    """The procedures of one organisation, by kind."""

    code: str
    title: Text
    kinds: list[Kind]

    @property
    def count(self) -> int:
        return sum(len(kind.entries) for kind in self.kinds)


@dataclass(frozen=True)
class Tab:
    """One of the two views: its address with what else is asked, and how many it shows."""

    title: Text
    address: dict[str, Any]
    count: int
    here: bool


@dataclass(frozen=True)
class Shelf:
    """`anywhere` counts what the words find in all organisations and regulations."""

    groups: list[Group]
    found: int
    anywhere: int
    tabs: list[Tab]
    organisation: str
    organisations: list[tuple[str, Text]]
    regulations: list[tuple[str, str]]


def shelf(catalogue: Catalogue, asked: Asked) -> Shelf:
    """What the address asks for; of all procedures at first those of one's own organisation."""
    home = catalogue.home.code if catalogue.home else EVERY
    chosen = "" if asked.organisation == EVERY else asked.organisation
    every = asked.organisation if asked.all and asked.organisation else chosen or home
    told = [entry for entry in catalogue.entries if _has(entry, asked.q)]
    mine = _of([entry for entry in told if entry.may_start], chosen or EVERY)
    whole = _of(told, every)
    here = whole if asked.all else mine
    shown = _under(here, asked.regulation)
    tabs = [(MINE, False, chosen, mine), (ALL, True, every, whole)]
    return Shelf(
        groups=list(_groups(shown, catalogue, home)),
        found=len(shown),
        anywhere=len(told),
        tabs=[
            Tab(title, asked.address(all=view, organisation=code), len(_under(of, asked.regulation)), asked.all is view)
            for title, view, code, of in tabs
        ],
        organisation=every if asked.all else chosen or EVERY,
        organisations=[(unit.code, unit.name) for unit in catalogue.names.organisations()],
        regulations=_regulations(here, catalogue.entries, asked.regulation),
    )


def _of(entries: list[Entry], organisation: str) -> list[Entry]:
    return [entry for entry in entries if organisation in (EVERY, entry.organisation)]


def _under(entries: list[Entry], regulation: str) -> list[Entry]:
    return [entry for entry in entries if regulation in ("", *entry.regulations)]


def _has(entry: Entry, words: str) -> bool:
    return all(word in entry.words for word in words.casefold().split())


def _regulations(here: Iterable[Entry], everywhere: Iterable[Entry], chosen: str) -> list[tuple[str, str]]:
    """Those that what is shown follows, and the one that was chosen."""
    titles = {name: title for entry in everywhere for name, title in entry.regulations.items() if name == chosen}
    for entry in here:
        titles |= entry.regulations
    return sorted(titles.items())


def _groups(shown: list[Entry], catalogue: Catalogue, home: str) -> Iterator[Group]:
    order = {unit.code: place for place, unit in enumerate(catalogue.names.organisations(), 1)}
    order[home] = 0
    for code in sorted({entry.organisation for entry in shown}, key=lambda code: (order.get(code, len(order)), code)):
        title = catalogue.names.unit(code) if code else NOWHERE
        own = [entry for entry in shown if entry.organisation == code]
        yield Group(code, title, list(_kinds(own)))


def _kinds(entries: list[Entry]) -> Iterator[Kind]:
    for family, title in [*KINDS.items(), ("", OTHER)]:
        own = [entry for entry in entries if (entry.family if entry.family in KINDS else "") == family]
        if own:
            yield Kind(title, own)


def cited(entry: Entry) -> list[dict[str, Any]]:
    """The regulations of a card with the articles followed: the first ones by name, and how many more there are."""
    found: dict[str, dict[str, Any]] = {}
    for clause in entry.clauses:
        told = {"id": clause["regulation"], "title": clause["title"], "articles": {}}
        found.setdefault(clause["regulation"], told)["articles"][clause["article"]] = None
    return [
        {**one, "articles": list(one["articles"])[:MOST_ARTICLES], "more": max(0, len(one["articles"]) - MOST_ARTICLES)}
        for one in found.values()
    ]
