"""What definitions are made of: labels, managed properties, ids."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from organizations.embedded.solutions.labels import Text, Texts

ENGLISH = 1033
NAMESPACE = "Microsoft.Dynamics.CRM"
Definition = dict[str, Any]


def definition_id(kind: str, name: str) -> str:
    """A MetadataId: the same for the same table or column in every organization."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}:{name}"))


def label(text: str, told: Mapping[int, Text], languages: list[int], owner: str) -> Definition:
    """A Label: the texts that solutions and people wrote, and in English the platform's own where they wrote none.

    Args:
        languages: the activated ones, the base language first; the caller sees the first of them that has a text.
        owner: what the label belongs to, for its MetadataId.
    """
    texts = {lcid: (found.text, found.is_managed) for lcid, found in told.items()}
    if text:
        texts.setdefault(ENGLISH, (text, True))
    shown = [_localized(*texts[lcid], lcid, owner) for lcid in sorted(texts)]
    seen = next((lcid for lcid in (*languages, ENGLISH) if lcid in texts), None)
    return {
        "LocalizedLabels": shown,
        "UserLocalizedLabel": None if seen is None else _localized(*texts[seen], seen, owner),
    }


def labels(texts: Texts, languages: list[int], owner: str, **defaults: str) -> Definition:
    """Labels by kind: ``DisplayName``, ``Description`` and others, with a text of our own for each."""
    return {kind: label(text, texts.get(kind, {}), languages, f"{owner}:{kind}") for kind, text in defaults.items()}


def managed(value: object, name: str, *, can_change: bool = False) -> Definition:
    """A managed property, such as IsCustomizable."""
    return {"Value": value, "CanBeChanged": can_change, "ManagedPropertyLogicalName": name}


def _localized(text: str, is_managed: bool, lcid: int, owner: str) -> Definition:
    return {
        "Label": text,
        "LanguageCode": lcid,
        "IsManaged": is_managed,
        "MetadataId": definition_id("label", f"{owner}:{lcid}"),
        "HasChanged": None,
    }
