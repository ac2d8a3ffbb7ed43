"""The embedded PostgreSQL: its cluster under PORTAL_HOME, on a loopback port, with a password (SCRAM)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from adminsite.embedded import binaries
from adminsite.embedded.home import Home
from adminsite.embedded.owner import Owner, owner_of_postgres, programs_within_reach
from adminsite.embedded.programs import Program

MAJOR = "18"
ROLE = DATABASE = "portals"
ACCESS = "host all all 127.0.0.1/32 scram-sha-256\n"
# Small and safe for one machine: every commit reaches the disk, no replication, no socket in a shared folder.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
}
# For tests: a crash of the machine may lose everything, so nothing waits for the disk.
NOT_DURABLE: Mapping[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class ClusterUnusable(Exception):
    """The cluster cannot be made or used; the message says why, in words."""


@dataclass(frozen=True)
class Postgres:
    """One cluster. As root it is owned and run by a system user; see ``owner``.

    That user need not be able to walk to PORTAL_HOME: we enter the folder as root, and PostgreSQL, which works
    relative to its data folder, knows it as its current one.
    """

    home: Home
    port: int
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}:{self.home.secret('postgres-password')}@127.0.0.1:{self.port}/{DATABASE}"

    def ensure_cluster(self) -> None:
        """Make the cluster with its role and database, once. Raises ClusterUnusable."""
        made = self.home.postgres / "PG_VERSION"
        if not made.exists():
            self._make_cluster()
        elif (found := made.read_text().strip()) != MAJOR:
            raise ClusterUnusable(
                f"The database in {self.home.postgres} was made by PostgreSQL {found}, and this release brings "
                f"{MAJOR}: dump it with the release that made it, and load it into a fresh PORTAL_HOME."
            )
        (self.home.postgres / "postmaster.pid").unlink(missing_ok=True)  # the home is locked: nobody else runs it

    def is_ready(self) -> bool:
        """Whether it takes connections: it listens a moment before it does, and writes so into its pid file."""
        try:
            lines = (self.home.postgres / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return lines[-1].strip() == "ready" if lines else False

    def program(self) -> Program:
        owner = owner_of_postgres()
        options = {**SETTINGS, **self.settings, "port": str(self.port)}
        command = [str(_programs(owner) / "postgres"), "-D", _as_data_folder(owner, self.home.postgres)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return Program("postgres", tuple(command), self.home.postgres, "INT", 6, owner.switch)

    def _make_cluster(self) -> None:
        owner = owner_of_postgres()
        fresh = self.home.path / "postgres.new"  # renamed when whole: a broken-off start is begun again
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        owner.give(fresh)
        password = self.home.secret("postgres-password")
        try:
            _initdb(owner, fresh, password)
            _single_user(owner, fresh, f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}';")
            _single_user(owner, fresh, f"CREATE DATABASE {DATABASE} OWNER {ROLE};")
        except subprocess.SubprocessError as wrong:
            raise ClusterUnusable(f"PostgreSQL could not make its data folder: {_said(wrong)}") from wrong
        (fresh / "pg_hba.conf").write_text(ACCESS)
        fresh.rename(self.home.postgres)


def _initdb(owner: Owner, folder: Path, password: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=folder.parent) as file:
        file.write(password)
        file.flush()
        owner.give(Path(file.name))
        _run(
            owner,
            folder,
            (
                *("initdb", "-D", _as_data_folder(owner, folder), "-U", "postgres", "--no-instructions"),
                *("--auth=scram-sha-256", f"--pwfile=/dev/fd/{file.fileno()}", "--encoding=UTF8"),
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            ),
            pass_fds=(file.fileno(),),
        )


def _single_user(owner: Owner, folder: Path, statement: str) -> None:
    _run(owner, folder, ("postgres", "--single", "-D", _as_data_folder(owner, folder), "postgres"), text=statement)


def _run(
    owner: Owner, folder: Path, command: tuple[str, ...], *, text: str = "", pass_fds: tuple[int, ...] = ()
) -> None:
    subprocess.run(  # noqa: S603 - our own binaries
        (_programs(owner) / command[0], *command[1:]),
        user=owner.uid if owner.switch else None,
        group=owner.gid if owner.switch else None,
        extra_groups=[] if owner.switch else None,
        cwd=folder,
        env={"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath},
        input=text + "\n",
        text=True,
        pass_fds=pass_fds,
        capture_output=True,
        check=True,
        timeout=60,
    )


def _said(wrong: subprocess.SubprocessError) -> str:
    """What the program said; the statement it was given holds the password and is not repeated."""
    said = str(getattr(wrong, "stderr", "") or wrong).strip().splitlines()
    return next((line for line in reversed(said) if "STATEMENT" not in line), "nothing")


def _programs(owner: Owner) -> Path:
    version = binaries.postgres_version()
    return programs_within_reach(binaries.postgres_folder(), version=version, owner=owner) / "bin"


def _as_data_folder(owner: Owner, folder: Path) -> str:
    return "/proc/self/cwd" if owner.switch else str(folder)
