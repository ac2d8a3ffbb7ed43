"""What is counted, and how much of it is enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """How often one sender may do something in an hour.

    Args:
        name: what is counted; several forms may share it.
        most: where the site says nothing.
        setting: the site setting that says something else.
    """

    name: str
    most: int
    setting: str

    def most_at(self, settings: Mapping[str, str]) -> int:
        """The site's number, ours where it has none that can be used."""
        told = settings.get(self.setting, "").strip()
        return int(told) if told.isascii() and told.isdecimal() and len(told) < 5 and int(told) else self.most
