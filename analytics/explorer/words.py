"""What types of interactions are called, and which shape and colour they have."""

from __future__ import annotations

from analytics.journey.values import SLUGS
from analytics.kinds import CASE, KINDS

OTHER = "other"


def title_of(type_name: str) -> str:
    """The name that people know of a portal's type; of others the stored one."""
    known = KINDS.get(type_name)
    return known.display_name if known else type_name


def slug_of(type_name: str) -> str:
    return "case" if type_name == CASE.name else SLUGS.get(type_name, OTHER)
