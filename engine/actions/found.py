"""Fill an empty house: the company from its files, and the catalogue that comes with the product."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from engine.actions.publish import publish
from engine.actions.sign_in import hash_password
from engine.desk import Desk, Office
from engine.operations.platforms import enter_channels
from engine.procedures.company import Company
from engine.procedures.package import load_package, package_folders
from engine.releasing.versions import Published
from engine.trail import Entry, house
from models import channels, people, posts, procedures, roles, units, versions

CATALOGUE = Path(__file__).resolve().parents[2] / "bpmn"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)  # the demonstration company's posts are held from here on
DEMO_PASSWORD = "Qianfa-demo-2026"  # noqa: S105 - of the demonstration company, told to everybody


def is_founded(conn: sa.Connection) -> bool:
    return conn.execute(sa.select(people.c.id).limit(1)).first() is not None


def found_company(conn: sa.Connection, company: Company, password: str, now: datetime) -> None:
    """Write units, roles, people with their posts and channels; everybody gets the same password."""
    unit_ids: dict[str, int] = {}
    for unit in company.units:
        row = {
            "code": unit.code,
            "name": unit.name.zh,
            "name_en": unit.name.en,
            "aliases": list(unit.aliases),
            "parent_id": unit_ids[unit.parent] if unit.parent else None,
        }
        unit_ids[unit.code] = conn.execute(units.insert().returning(units.c.id), row).scalar_one()
    conn.execute(roles.insert(), [{"id": role.id, "zh": role.name.zh, "en": role.name.en} for role in company.roles])
    hashed = hash_password(password)
    for member in company.people:
        row = {
            "login": member.login,
            "name": member.name,
            "staff_no": member.staff_no,
            "unit_id": unit_ids[member.unit],
            "password_hash": hashed,
        }
        person_id = conn.execute(people.insert().returning(people.c.id), row).scalar_one()
        held = [
            {"person_id": person_id, "role_id": post.role, "unit_id": unit_ids[post.unit], "since": SINCE}
            for post in member.posts
        ]
        if held:
            conn.execute(posts.insert(), held)
    conn.execute(
        channels.insert(),
        [
            {
                "code": channel.code,
                "name": channel.name.zh,
                "name_en": channel.name.en,
                "kind": channel.kind,
                "unit_id": unit_ids[channel.owner],
                "operator_role": channel.operators.role,
                "calendar": channel.calendar,
                "external": channel.external,
            }
            for channel in company.channels
        ],
    )
    enter_channels(conn, now)
    house(conn, [Entry("found", facts={"people": len(company.people), "units": len(company.units)})], now)


def publish_catalogue(
    conn: sa.Connection,
    office: Office,
    now: datetime,
    progress: Callable[[Published, int, int], None] = lambda *_: None,
    catalogue: Path = CATALOGUE,
) -> list[Published]:
    """Publish every procedure that comes with the product and has changed; trusted, as its tests checked it.

    What people released since is theirs and stays. `progress` is told of each one done, and how many are done of how
    many.
    """
    folders, done, own = package_folders(catalogue), list[Published](), _released_by_people(conn)
    for folder in folders:
        done.append(
            own.get(folder.name)
            or publish(Desk(conn, None, now, office), load_package(folder, walks=False), trusted=True)
        )
        progress(done[-1], len(done), len(folders))
    return done


def _released_by_people(conn: sa.Connection) -> dict[str, Published]:
    """The procedures whose newest version was released by people, as they are."""
    newest = sa.select(sa.func.max(versions.c.id)).group_by(versions.c.procedure_id)
    rows = conn.execute(
        sa.select(procedures.c.slug, versions.c.no, versions.c.id)
        .join(procedures, procedures.c.id == versions.c.procedure_id)
        .where(versions.c.id.in_(newest), versions.c.published_by.is_not(None))
    )
    return {row.slug: Published(row.slug, row.no, row.id, False) for row in rows}
