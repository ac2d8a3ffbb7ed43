"""supervisord: its configuration, its process and its control socket."""

from __future__ import annotations

import http.client
import os
import shlex
import subprocess
import sys
import xmlrpc.client
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import Faults, SupervisorTransport

from adminsite.embedded.home import Home, write_private
from adminsite.embedded.programs import LAUNCHER, Program

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Group:
    """Programs that stop together. Groups stop one after another, the last one first."""

    name: str
    programs: tuple[Program, ...]


def supervisor_write(home: Home, groups: Iterable[Group]) -> Path:
    """Write supervisord's configuration. Nothing starts by itself: whoever wrote it says when."""
    path = home.run / "supervisord.conf"
    sections = [_head(home)]
    for position, group in enumerate(groups):
        sections.append(_group(group, priority=position))
        sections += [_program(home, program) for program in group.programs]
    write_private(path, "\n".join(sections))
    return path


def supervisor_start(home: Home, configuration: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start supervisord in a session of its own, so that a Ctrl-C reaches us and not all of its children at once."""
    launcher = (sys.executable, "-I", "-S", str(LAUNCHER), "--pid-file", str(home.run / "supervisord.pid"), "--")
    with (home.log / "supervisord-start.log").open("wb") as log:
        return subprocess.Popen(  # noqa: S603 - our own interpreter
            (*launcher, sys.executable, "-m", "supervisor.supervisord", "--configuration", str(configuration)),
            env=dict(environment),
            cwd=home.path,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


class Control:
    """The running supervisord, through its unix socket."""

    def __init__(self, home: Home) -> None:
        self._url = f"unix://{_socket(home)}"

    @property
    def _server(self) -> Any:
        """A connection for one call: after a broken one the transport would stay unusable."""
        transport = SupervisorTransport(None, None, self._url)
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)

    def is_answering(self) -> bool:
        try:
            return bool(self._server.supervisor.getState())
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False

    def start(self, group: Group) -> None:
        """Start every program of the group; what runs already runs on. Does not wait."""
        for program in group.programs:
            self._start(f"{group.name}:{program.name}")

    def states(self) -> dict[str, str]:
        """Program name -> STARTING, RUNNING, BACKOFF, FATAL, EXITED, STOPPED …"""
        return {found["name"]: found["statename"] for found in self._server.supervisor.getAllProcessInfo()}

    def process_ids(self) -> dict[str, int]:
        """Program name -> its process id now, 0 while it has none."""
        return {found["name"]: found["pid"] for found in self._server.supervisor.getAllProcessInfo()}

    def start_again(self, groups: Iterable[Group]) -> list[str]:
        """Start what supervisord has given up on. Returns its names."""
        states = self.states()
        given_up = [
            (group, program) for group in groups for program in group.programs if states[program.name] == "FATAL"
        ]
        for group, program in given_up:
            self._start(f"{group.name}:{program.name}")
        return [program.name for _, program in given_up]

    def _start(self, name: str) -> None:
        try:
            self._server.supervisor.startProcess(name, False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.ALREADY_STARTED:
                raise


def _socket(home: Home) -> Path:
    return home.socket("supervisor.sock")


def _head(home: Home) -> str:
    """Its own files are real ones: supervisord, run as root, would delete a /dev/null given as its pid file."""
    options = {
        "nodaemon": "true",
        "silent": "true",
        "logfile": _text(home.log / "supervisord.log"),
        "logfile_maxbytes": MEBIBYTE,
        "logfile_backups": 1,
        "loglevel": "warn",
        "pidfile": _text(home.run / "supervisord-own.pid"),
        "childlogdir": _text(home.log),
    }
    if os.getuid() == 0:
        options["user"] = "root"  # said plainly, or it warns
    return (
        f"[unix_http_server]\nfile={_text(_socket(home))}\nchmod=0600\n\n"
        f"[supervisord]\n{_lines(options)}\n"
        "[rpcinterface:supervisor]\n"
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n"
    )


def _group(group: Group, *, priority: int) -> str:
    names = ",".join(program.name for program in group.programs)
    return f"[group:{group.name}]\nprograms={names}\npriority={priority}\n"


def _program(home: Home, program: Program) -> str:
    options = {
        "command": " ".join(shlex.quote(_text(word)) for word in program.launched(home)),
        "directory": _text(program.directory),
        "autostart": "false",
        "autorestart": "true",
        "startsecs": 1,
        "startretries": 5,
        "stopsignal": program.stop_signal,
        "stopwaitsecs": program.stop_seconds,
        "stopasgroup": "false",
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": _text(home.log / f"{program.name}.log"),
        "stdout_logfile_maxbytes": 10 * MEBIBYTE,
        "stdout_logfile_backups": 2,
    }
    return f"[program:{program.name}]\n{_lines(options)}"


def _lines(options: Mapping[str, object]) -> str:
    return "".join(f"{name}={value}\n" for name, value in options.items())


def _text(value: object) -> str:
    return str(value).replace("%", "%%")
