"""The reference pages say what the program does: names are compared with the code."""

from __future__ import annotations

import re
from pathlib import Path

from django.core.management import get_commands

from core.messages import _MESSAGES

CHECKOUT = Path(__file__).resolve().parents[2]
PROMISED = [
    f"{family}:{name}"
    for family, names in {
        "auth": "manage-denied provision-denied",
        "portals": "subdomain-taken subdomain-invalid license-used busy",
        "solutions": "prerequisite-missing language-mismatch installing",
        "domains": "cname-missing host-taken name-mismatch",
        "certificates": "wrong-password weak-signature weak-key expired no-key key-mismatch not-server not-pfx "
        "too-costly",
        "analytics": "hub-unreachable key-refused",
    }.items()
    for name in names.split()
]
ROOMS = {path.parent.name for path in CHECKOUT.glob("*/apps.py")}


def test_every_setting_is_documented_and_no_other() -> None:
    read = set()
    for room in ("adminsite", "websites"):
        text = (CHECKOUT / room / "settings.py").read_text()
        read |= set(re.findall(r'env\.\w+\(\s*"(PORTAL_[A-Z_]+)"', text))
    assert _first_column("settings.md", r"PORTAL_[A-Z_]+") == read


def test_every_command_is_documented() -> None:
    ours = {name for name, room in get_commands().items() if room in ROOMS}
    assert ours - _first_column("commands.md", r"[a-z]+") == set()


def test_every_make_target_is_documented() -> None:
    targets = re.search(r"^\.PHONY: (.+)$", (CHECKOUT / "Makefile").read_text(), re.MULTILINE)
    assert targets
    documented = (CHECKOUT / "docs" / "reference" / "commands.md").read_text()
    assert [name for name in targets.group(1).split() if f"`make {name}`" not in documented] == []


def test_every_link_from_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (CHECKOUT / "README.md").read_text())
    pages = [link for link in links if not link.startswith("docs/images/")]
    assert [link for link in pages if not (CHECKOUT / link).exists()] == []


def test_every_code_that_scripts_were_promised_is_documented() -> None:
    page = (CHECKOUT / "docs" / "reference" / "api.md").read_text()
    assert [code for code in PROMISED if f"`{code}`" not in page] == []


def test_every_code_with_a_sentence_is_documented() -> None:
    page = (CHECKOUT / "docs" / "reference" / "errors.md").read_text()
    assert [code for code in sorted(_MESSAGES) if f"`{code}`" not in page] == []


def test_every_page_is_named_on_the_first_one() -> None:
    docs = CHECKOUT / "docs"
    pages = {str(path.relative_to(docs)) for path in docs.rglob("*.md")} - {"index.md"}
    named = set(re.findall(r"\]\(([^)#]+)\)", (docs / "index.md").read_text()))
    assert pages - named == set()


def test_every_link_between_pages_leads_somewhere() -> None:
    for path in (CHECKOUT / "docs").rglob("*.md"):
        links = re.findall(r"\]\(([^)#:]+)[^)]*\)", path.read_text())
        assert [link for link in links if not (path.parent / link).exists()] == [], path


def _first_column(page: str, name: str) -> set[str]:
    """Every name that a row of a table on the page begins with, in code style."""
    text = (CHECKOUT / "docs" / "reference" / page).read_text()
    cells = re.findall(r"^\| (`[^|]+`[^|]*) \|", text, re.MULTILINE)
    return {found for cell in cells for found in re.findall(rf"`({name})[ `]", cell)}
