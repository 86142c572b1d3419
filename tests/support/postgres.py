"""A throw-away PostgreSQL: the machine's own programs, else a wheel's, on a socket in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from scripts import postgresql

SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "autovacuum": "off",
}


class Server:
    """One server for a test session; `create` and `drop` give each test a database of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="qianfa-pg-"))
        self.account = self._account()
        self.programs = self._programs()

    def _account(self) -> dict[str, Any]:
        """Who runs it: PostgreSQL refuses root."""
        if os.geteuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _programs(self) -> Path:
        machine = postgresql.machines()
        if machine:
            return machine
        wheel = postgresql.wheels()
        if wheel is None:
            raise RuntimeError(postgresql.MISSING)
        if not self.account:
            return wheel
        # A wheel below /root is out of reach for anybody else; its libraries lie beside its package.
        package, site = wheel.parent.parent, self.folder / "wheel"
        copy = site / package.name / wheel.parent.name
        shutil.copytree(wheel.parent, copy, symlinks=True)
        shutil.copytree(f"{package}.libs", site / f"{package.name}.libs", symlinks=True)
        return copy / "bin"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.account,
        )
        if done.returncode:
            log = self.folder / "log"
            said = log.read_text() if log.exists() else ""
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}{said}")

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def start(self) -> "Server":
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "qianfa", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = " ".join([f"-k {self.folder}", *(f"-c {name}={value}" for name, value in SETTINGS.items())])
        self._run("pg_ctl", "-D", data, "-l", str(self.folder / "log"), "-w", "-o", options, "start")
        return self

    def stop(self) -> None:
        with suppress(RuntimeError):
            self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://qianfa@/{database}?host={self.folder}"

    def address_of(self, database: str) -> str:
        return f"host={self.folder} user=qianfa dbname={database}"

    def _command(self, statement: str) -> None:
        with psycopg.connect(self.address_of("postgres"), autocommit=True) as connection:
            quick = "strategy file_copy" if connection.info.server_version >= 150000 else ""
            connection.execute(statement.replace("<quick>", quick).encode())

    def create(self, database: str, template: str = "template0") -> str:
        """A new database as a copy of another."""
        self._command(f'create database "{database}" template "{template}" <quick>')
        return self.url(database)

    def drop(self, database: str) -> None:
        self._command(f'drop database if exists "{database}" with (force)')
