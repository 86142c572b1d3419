"""`init`, `publish`, `token`, `audit`, `walk`: what an operator does, on a house of its own."""

import hashlib
import os
import pty
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

import models
from engine.archive import verify
from tests.cli.conftest import Command, Told
from tests.support.databases import Database
from tests.support.server import COMMAND
from web.config import Config

BPMN = Path(__file__).resolve().parents[2] / "bpmn"


@pytest.fixture
def house(qianfa: Command, sqlite: Database, tmp_path: Path):
    def run(*arguments: object, **environment: str) -> Told:
        return qianfa(*arguments, QIANFA_DATABASE=sqlite.url, QIANFA_DATA=str(tmp_path), **environment)

    return run


def test_init_makes_a_house_and_a_second_time_changes_nothing(qianfa: Command, tmp_path: Path) -> None:
    assert qianfa("init").status == 0
    engine = models.open_engine(f"sqlite:///{tmp_path}/var/qianfa.db")

    def rows() -> dict[str, int]:
        with models.reading(engine) as conn:
            return {
                table.name: conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for table in models.metadata.sorted_tables
            }

    first = rows()
    assert first["people"] > 20 and first["versions"] >= 3
    assert qianfa("init").status == 0
    assert rows() == first
    engine.dispose()


def test_init_counts_the_catalogue_up_and_names_what_is_new(qianfa: Command, tmp_path: Path) -> None:
    first = qianfa("init", "--lang", "en")
    count = len(list(BPMN.glob("*/*/procedure.json"))) - len(list(BPMN.glob("parts/*/procedure.json")))
    new = [line for line in first.out.splitlines() if line.startswith("Publishing the catalogue")]
    assert len(new) == count and new[-1].startswith(f"Publishing the catalogue {count}/{count}: "), first
    assert "Publishing" not in qianfa("init", "--lang", "en").out, "nothing is new"
    assert f"\r发布流程目录 {count}/{count}\r\n" in on_a_terminal("init", cwd=tmp_path)


def on_a_terminal(*arguments: str, cwd: Path) -> str:
    mine, its = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QIANFA_", "LC_"))}
    command, env = [COMMAND, *arguments], {**kept, "LANG": "C.UTF-8"}
    with subprocess.Popen(command, cwd=cwd, env=env, stdin=its, stdout=its, stderr=its):
        os.close(its)
        told = b""
        with suppress(OSError):  # the other end is closed
            while more := os.read(mine, 65_536):
                told += more
    os.close(mine)
    return told.decode()


def test_init_without_the_demonstration_company_has_no_people(qianfa: Command, tmp_path: Path) -> None:
    told = qianfa("init", "--no-demo")
    assert told.status == 0, told
    engine = models.open_engine(f"sqlite:///{tmp_path}/var/qianfa.db")
    with models.reading(engine) as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(models.people)) == 0
    assert not (tmp_path / "var/demonstration").exists()
    engine.dispose()


@pytest.mark.parametrize("command", [("token", "create", "lin.xia"), ("audit", "verify"), ("serve",), ("worker",)])
def test_without_a_database_one_is_told_to_run_init(qianfa: Command, command: tuple[str, ...]) -> None:
    told = qianfa(*command)
    assert told.status == 1
    assert "qianfa init" in told.err


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "postgresql://127.0.0.1:1/x", "sqlite:////proc/x/y.db"])
def test_a_database_out_of_reach_is_one_sentence(qianfa: Command, url: str) -> None:
    told = qianfa("audit", "verify", QIANFA_DATABASE=url)
    assert told.status == 1
    assert told.err.strip().count("\n") == 0 and told.err.strip()


def test_a_token_is_printed_once_and_kept_as_its_hash(house, sqlite: Database) -> None:
    told = house("token", "create", "lin.xia", "--name", "报表", "--days", "3")
    assert told.status == 0, told
    token = told.out.strip()
    engine = sqlite.engine()
    with models.reading(engine) as conn:
        row = conn.execute(sa.select(models.tokens)).one()
        trail = conn.execute(sa.select(models.trail).order_by(models.trail.c.id.desc())).first()
    engine.dispose()
    assert row.digest == hashlib.sha256(token.encode()).hexdigest()
    assert row.name == "报表" and (row.expires_at - row.made_at).days == 3
    assert trail is not None and trail.verb == "create_token" and token not in trail.facts


def test_a_token_for_nobody_is_refused(house) -> None:
    assert house("token", "create", "nobody").status == 1
    assert house("token", "create", "lin.xia", "--days", "0").status == 2


def test_an_untouched_trail_verifies_and_a_touched_one_names_the_row(house, sqlite: Database, tmp_path: Path) -> None:
    assert house("token", "create", "lin.xia").status == 0
    assert house("audit", "verify").status == 0
    engine = sqlite.engine()
    with models.writing(engine) as conn:
        last = conn.execute(sa.select(models.trail).order_by(models.trail.c.id.desc())).first()
        assert last is not None
        for trigger in conn.scalars(sa.text("select name from sqlite_master where type = 'trigger'")).all():
            conn.exec_driver_sql(f'drop trigger "{trigger}"')
        conn.execute(sa.update(models.trail).where(models.trail.c.id == last.id).values(verb="nothing"))
        month = {"period": "2026-02", "closed_at": last.at, "rows": 0, "sha256": "0" * 64}
        conn.execute(models.closed_periods.insert(), month)
    engine.dispose()
    told = house("audit", "verify", "--lang", "en")
    assert told.status == 1
    assert f"record {last.id}" in told.out and "changed" in told.out and "Figures of 2026-02" in told.out
    outside = tmp_path / "anchors.jsonl"
    outside.write_text('{"at": "2026-03-02T12:00:00.000000+00:00", "hash": "0"}\n')
    assert "2026-03-02" in house("audit", "verify", "--anchors", outside).out
    assert house("audit", "export", tmp_path / "log.jsonl").status == 0
    done = subprocess.run([sys.executable, verify.__file__, tmp_path / "log.jsonl"], capture_output=True, text=True)
    assert done.returncode == 1 and f"record {last.id}" in done.stdout and "changed" in done.stdout


def test_what_the_log_says_of_the_settings_holds_no_password():
    env = {
        "QIANFA_SECRET": "s3cret", "QIANFA_SMTP": "smtps://user:pa55word@mail.example.com:465",
        "QIANFA_SCAN": "clamdscan -x",
        "QIANFA_WEBHOOK": "https://hook.example.com/t0ken", "QIANFA_ANCHOR_FILE": "/elsewhere/anchors.jsonl",
    }  # fmt: skip
    said = Config.from_env(env).on_record
    assert (said["smtp"], said["webhook"], said["scan"]) == ("mail.example.com", "hook.example.com", "program")
    assert said["anchor_file"] == "/elsewhere/anchors.jsonl"
    assert not any(secret in str(said) for secret in ("pa55word", "t0ken", "s3cret", "clamdscan"))


def test_publish_makes_a_version_once(house, tmp_path: Path) -> None:
    catalogue = tmp_path / "bpmn"
    shutil.copytree(BPMN, catalogue)
    folder = catalogue / "accounts/acc-open-staff"
    unchanged = house("publish", folder, "--lang", "en")
    assert unchanged.status == 0 and "not changed" in unchanged.out, unchanged
    manifest = folder / "procedure.json"
    manifest.write_text(manifest.read_text().replace('"retention_years": 3', '"retention_years": 4'))
    changed = house("publish", folder, "--lang", "en")
    assert changed.status == 0 and "version 2" in changed.out, changed


def test_publish_refuses_what_check_refuses(house, tmp_path: Path) -> None:
    catalogue = tmp_path / "bpmn"
    shutil.copytree(BPMN, catalogue)
    diagram = catalogue / "accounts/acc-open-staff/acc-open-staff.bpmn"
    diagram.write_text(diagram.read_text().replace("head_of(applicant.unit)", "whoever()"))
    told = house("publish", diagram.parent)
    assert told.status == 1 and "review_by_department_head" in told.out
    assert house("publish", tmp_path / "nothing").status == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--version"],
        ["--help"],
        *(
            [name, "--help"]
            for name in ("serve", "worker", "init", "check", "try", "walk", "publish", "token", "audit")
        ),
    ],
)
def test_every_command_explains_itself(qianfa: Command, arguments: list[str]) -> None:
    told = qianfa(*arguments)
    assert told.status == 0 and told.out.strip()
