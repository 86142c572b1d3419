"""The posts of one organisation: what a wizard offers as who acts, and who of the company could act in a story."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.people import HEAD
from engine.procedures.assignment import parse_who
from engine.procedures.company import Company, Member, Unit
from engine.text import Text

OWN_HEAD = "head_of(applicant.unit)"
APPLICANT = "applicant"
WORDS = {
    OWN_HEAD: Text("申请人所在单位的负责人", "Head of the applicant’s unit"),
    APPLICANT: Text("申请人本人", "The applicant"),
}
OWNER = "process_owner"
SHORT = ("group", "moments")  # channels for less than an article: not what the stories publish on


@dataclass(frozen=True)
class Choice:
    """One entry of a picker, under its unit."""

    value: str
    label: Text
    unit: Text


class Posts:
    """Of one organisation, by the code of its topmost unit."""

    def __init__(self, company: Company, organisation: str) -> None:
        above = {unit.code: unit.parent for unit in company.units}
        self._above = above
        self.units: dict[str, Unit] = {
            unit.code: unit for unit in company.units if organisation in self._line(unit.code)
        }
        self.names = {name: unit.code for unit in company.units for name in (unit.code, unit.name.zh, *unit.aliases)}
        self.roles = {role.id: role.name for role in company.roles}
        self._role_ids = {name: role.id for role in company.roles for name in (role.id, role.name.zh)}
        self.people = [one for one in company.people if one.unit in self.units]
        self.channels = sorted(
            (one for one in company.channels if one.owner in self.units), key=lambda one: one.kind in SHORT
        )

    def _line(self, code: str | None) -> Iterator[str]:
        while code is not None:
            yield code
            code = self._above[code]

    def actors(self) -> list[Choice]:
        """Every post somebody of the organisation holds, by unit."""
        held = {(post.unit, post.role) for one in self.people for post in one.posts if post.unit in self.units}
        order = list(self.units)
        return [
            Choice(self.who(role, unit), self.roles[role], self.units[unit].name)
            for unit, role in sorted(held, key=lambda one: (order.index(one[0]), self.roles[one[1]].zh))
        ]

    def starters(self) -> list[Choice]:
        """Every role somebody of the organisation holds, for everybody who holds it there."""
        held = {post.role for one in self.people for post in one.posts if post.unit in self.units}
        tops = list(self.units.values())[:1]
        return [
            Choice(f'role("{self.roles[role].zh}", unit("{top.name.zh}"))', self.roles[role], top.name)
            for top in tops
            for role in sorted(held, key=lambda one: (one != "employee", self.roles[one].zh))
        ]

    def top_post(self) -> str:
        """Who is proposed for the last word: the head of the organisation, else a post at its top."""
        offered = [one.value for one in self.actors()]
        heads = [one for one in offered if parse_who(one).kind == "head"]
        return next(iter(heads + offered), OWN_HEAD)

    def owners(self) -> list[Choice]:
        """The units that have an owner of procedures."""
        held = {post.unit for one in self.people for post in one.posts if post.role == OWNER}
        return [Choice(code, unit.name, unit.name) for code, unit in self.units.items() if code in held]

    def who(self, role: str, unit: str) -> str:
        name = self.units[unit].name.zh
        return f'head_of(unit("{name}"))' if role == HEAD else f'role("{self.roles[role].zh}", unit("{name}"))'

    def words(self, who: str) -> Text:
        """An assignment in words, as a lane is called."""
        if who in WORDS:
            return WORDS[who]
        told = parse_who(who)
        unit, role = self.units[self.names[told.unit]].name, self.roles[self._role_ids[told.name]]
        if told.kind == "head":
            return Text(f"{unit.zh}负责人", f"Head of {unit.en}")
        return Text(
            f"{unit.zh}{role.zh.removeprefix(unit.zh)}" if role.zh != unit.zh else role.zh, f"{role.en}, {unit.en}"
        )

    def holders(self, who: str, applicant: Member) -> list[Member]:
        """Who could act for this applicant."""
        told = parse_who(who)
        if told.kind == "applicant":
            return [applicant]
        unit = self.names[told.unit] if told.unit else applicant.unit
        role = self._role_ids[told.name]
        return [one for one in self.people if any((post.role, post.unit) == (role, unit) for post in one.posts)]

    def may_start(self, who: str) -> list[Member]:
        told = parse_who(who)
        role, top = self._role_ids[told.name], self.names[told.unit]
        return [
            one for one in self.people if any(post.role == role and top in self._line(post.unit) for post in one.posts)
        ]
