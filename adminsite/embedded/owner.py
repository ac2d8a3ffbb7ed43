"""PostgreSQL refuses to run as root: then it runs as a system user of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "portal-postgres"
PROGRAMS = ("postgres", "initdb")
SHARED = Path("/var/lib/portal-administration-center")


@dataclass(frozen=True)
class Owner:
    """Who owns and runs the database cluster."""

    uid: int
    gid: int

    @property
    def switch(self) -> str:
        """``uid:gid`` to become, or nothing where we are that user already."""
        return "" if self.uid == os.getuid() else f"{self.uid}:{self.gid}"

    def give(self, path: Path) -> None:
        """Hand a file or folder over, so that this user may write in it."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def owner_of_postgres() -> Owner:
    """We ourselves; or, as root, the system user ``portal-postgres``, made where it is not there."""
    if os.getuid() != 0:
        return Owner(os.getuid(), os.getgid())
    found = _system_user()
    return Owner(found.pw_uid, found.pw_gid)


def programs_within_reach(folder: Path, *, version: str, owner: Owner) -> Path:
    """``folder`` (PostgreSQL's ``bin``, ``lib``, ``share``), or a copy that the owner can reach.

    A checkout under root's home is closed to everybody else, and nobody's home is opened for this.
    """
    if not owner.switch or _can_run(folder, owner):
        return folder
    packages = SHARED / f"postgresql-{version}"
    copy = packages / folder.relative_to(folder.parents[1])
    if not _can_run(copy, owner):
        _copy(folder.parents[1], packages, folder.relative_to(folder.parents[1]))
    return copy


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        command = ("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent")
        subprocess.run((*command, "--shell", "/usr/sbin/nologin", NAME), check=False, capture_output=True)  # noqa: S603
    try:
        return pwd.getpwnam(NAME)  # also when another start made it at the same time
    except KeyError:
        raise PermissionError(
            f"PostgreSQL does not run as root, and the system user {NAME} could not be made. "
            f"Make it with useradd, or start as an ordinary user."
        ) from None


def _can_run(folder: Path, owner: Owner) -> bool:
    try:
        for name in PROGRAMS:
            subprocess.run(  # noqa: S603 - our own binary
                (folder / "bin" / name, "--version"),
                user=owner.uid,
                group=owner.gid,
                extra_groups=[],
                cwd="/",
                check=True,
                capture_output=True,
                timeout=20,
            )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _copy(site: Path, packages: Path, folder: Path) -> None:
    """Copy beside and rename, so that two starts at once do not see half of it.

    ``folder`` below ``site``, and the wheel's own libraries, which the programs find relative to themselves.
    """
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    SHARED.chmod(0o755)
    fresh = packages.with_name(f"{packages.name}.{os.getpid()}")
    programs = (folder / "bin" / name for name in PROGRAMS)
    for part in (*programs, folder / "lib" / "postgresql", folder / "share", Path(f"{folder.parts[0]}.libs")):
        _copy_part(site / part, fresh / part)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        fresh.rename(packages)
    except OSError:  # it is there by now
        shutil.rmtree(fresh)


def _copy_part(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
