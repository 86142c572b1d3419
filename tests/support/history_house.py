"""The house a generated history takes place in: numbers of people, units and versions, and when each case begins."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.trail import Entry, house
from models import (
    accounts,
    cases,
    channels,
    lendings,
    people,
    posts,
    procedures,
    repairs,
    stand_ins,
    tasks,
    units,
    versions,
)
from tests.support.history_drawn import DAY, ENTERPRISE, OFFICER, STAND_IN, UNITS

SLUGS = ("pub-company-info", "acc-open-staff", "acc-weibo-temp-login")
SECOND_VERSION = datetime.fromisoformat("2026-07-01T00:00:00+08:00")


@dataclass
class Ground:
    """What the cases stand on; `chance` is the only source of chance."""

    begin: datetime
    origin: datetime  # the same in UTC: cheaper to write
    span: int  # seconds
    count: int
    chance: random.Random
    people: dict[str, int]
    units: dict[str, int]
    channels: dict[str, int]
    official: int  # the official Weibo account
    versions: dict[str, list[Any]]  # newest last
    first_case: int
    next_task: int
    next_account: int
    next_lending: int
    next_repair: int
    applicants: dict[str, dict[str, Any]]  # what a case knows of who began it, by login
    numbers: dict[str, int] = field(default_factory=dict)
    slot_day: int = 0

    @classmethod
    def of(cls, conn: sa.Connection, count: int, seed: int, begin: datetime, end: datetime) -> "Ground":
        def by(table: sa.Table, key: str) -> dict[str, int]:
            return dict(conn.execute(sa.select(table.c[key], table.c.id)).all())  # type: ignore[arg-type]

        def next_of(table: sa.Table) -> int:
            return int(conn.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one()) + 1

        logins, codes, known = by(people, "login"), by(units, "code"), by(channels, "code")
        _people_of_the_plants(conn, logins, codes, begin, end)
        _second_version(conn)
        weibo = accounts.c.channel_id == known["official_weibo"]
        return cls(
            begin,
            begin.astimezone(UTC),
            int((end - begin).total_seconds()),
            count,
            random.Random(seed),
            logins,
            codes,
            known,
            int(conn.execute(sa.select(accounts.c.id).where(weibo)).scalar_one()),
            {slug: _versions(conn, slug) for slug in SLUGS},
            next_of(cases),
            next_of(tasks),
            next_of(accounts),
            next_of(lendings),
            next_of(repairs),
            _applicants(conn),
        )

    def beginnings(self, plants: Sequence[str]) -> Iterator[tuple[int, int, str | None]]:
        """Number, second of the start, and what is planted; planted ones begin early enough to have come to an end."""
        each = max(2, self.count // 1000)
        starts = sorted(self._start() for _ in range(self.count))
        early = [index for index, start in enumerate(starts) if start < self.span - 120 * DAY]
        wanted = [name for name in plants for _ in range(each)]
        planted = dict(zip(self.chance.sample(early, len(wanted)), wanted, strict=True))
        for index, start in enumerate(starts):
            yield index, start, planted.get(index)

    def _start(self) -> int:
        day = self.chance.randrange(self.span // DAY)
        return day * DAY + 9 * 3600 + self.chance.randrange(8 * 3600)

    def at(self, seconds: int) -> datetime:
        return self.origin + timedelta(seconds=seconds)

    def number(self, prefix: str, start: int) -> str:
        series = f"{prefix}-{self.at(start).year}"
        self.numbers[series] = self.numbers.get(series, 10_000) + 1
        return f"{series}-{self.numbers[series]}"

    def version(self, slug: str, start: int) -> Any:
        newest = self.versions[slug][-1]
        return newest if self.at(start) >= SECOND_VERSION else self.versions[slug][0]

    def close(self, conn: sa.Connection) -> None:
        """PostgreSQL counts on from what was written by number."""
        if conn.dialect.name == "postgresql":
            for name in ("cases", "tasks", "accounts", "lendings", "repairs"):
                conn.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}")


def _applicants(conn: sa.Connection) -> dict[str, dict[str, Any]]:
    roles: dict[int, list[str]] = {}
    for row in conn.execute(sa.select(posts.c.person_id, posts.c.role_id).order_by(posts.c.role_id)):
        roles.setdefault(row.person_id, []).append(row.role_id)
    of_units = sa.select(people.c.id, people.c.login, people.c.name, units.c.code, units.c.name.label("unit_name"))
    found = conn.execute(of_units.join(units, units.c.id == people.c.unit_id)).all()
    return {
        one.login: {"id": one.id, "login": one.login, "name": one.name, "unit": one.code, "unit_name": one.unit_name,
                    "roles": roles.get(one.id, [])}
        for one in found
    }  # fmt: skip


def _versions(conn: sa.Connection, slug: str) -> list[Any]:
    query = sa.select(versions).join(procedures, procedures.c.id == versions.c.procedure_id)
    return list(conn.execute(query.where(procedures.c.slug == slug).order_by(versions.c.no)).all())


def _second_version(conn: sa.Connection) -> None:
    """The same procedure once more, as version 2 in force since the summer."""
    first = _versions(conn, SLUGS[0])[-1]
    row = {**first._mapping, "no": first.no + 1, "published_at": SECOND_VERSION, "effective_at": None}
    del row["id"]
    made = conn.execute(versions.insert().returning(versions.c.id), row).scalar_one()
    conn.execute(procedures.update().where(procedures.c.id == first.procedure_id).values(version_id=made))
    facts = {"slug": SLUGS[0], "no": first.no + 1, "sha256": first.sha256}
    house(conn, [Entry("publish", facts=facts)], SECOND_VERSION)


def _people_of_the_plants(
    conn: sa.Connection, logins: dict[str, int], codes: dict[str, int], begin: datetime, end: datetime
) -> None:
    """The head of enterprise management holds the posts that make the plants possible; who stands in for whom."""
    held = [("enterprise_mgmt_office", "EMO"), ("text_editor", "EMD")]
    conn.execute(
        posts.insert(),
        [
            {"person_id": logins[ENTERPRISE], "role_id": role, "unit_id": codes[code], "since": begin}
            for role, code in held
        ],
    )
    pairs = [(ENTERPRISE, STAND_IN), (OFFICER, ENTERPRISE), (ENTERPRISE, OFFICER)]
    pairs += [(head, submitter) for _, head, submitter in UNITS]
    conn.execute(
        stand_ins.insert(),
        [{"person_id": logins[a], "stand_in_id": logins[b], "since": begin, "until": end} for a, b in pairs],
    )
