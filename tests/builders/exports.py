"""A small site as the product line's tools export it: a file a row (newer), or lists of rows (older)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_NAMES = """
    site english website-english published draft header footer layout framed page-template home home-words about
    about-words missing missing-words staff rule access navigation link logo setting permission form
"""
IDS = {name: f"{number:08x}-1111-4111-8111-111111111111" for number, name in enumerate(_NAMES.split(), start=1)}
LAYOUT = "{% extends 'layout_1_column' %}{% block main %}{% include 'Page Copy' %}{% endblock %}"
COPY = """<h2>Welcome</h2>{% entityform id: page.adx_entityform.id %}
{% include 'snippet' snippet_name: 'Greeting' %}{{ page.children | order_by: 'title' | size }}
{% assign shown = ads.placements | top_level %}<script>alert(1)</script>"""


def rows() -> dict[str, list[dict[str, Any]]]:
    """Kind -> rows, without ``adx_``; lookups by :data:`IDS`."""
    page = {"pagetemplateid": IDS["page-template"], "publishingstateid": IDS["published"]}
    words = {"isroot": False, "webpagelanguageid": IDS["website-english"]}
    return {
        "website": [
            {
                "id": IDS["site"],
                "name": "Fourth Coffee",
                "website_language": 1033,
                "defaultlanguage": IDS["website-english"],
                "headerwebtemplateid": IDS["header"],
                "footerwebtemplateid": IDS["footer"],
            }
        ],
        "portallanguage": [{"id": IDS["english"], "languagecode": "en-US", "lcid": 1033, "name": "English"}],
        "websitelanguage": [{"id": IDS["website-english"], "name": "English", "portallanguageid": IDS["english"]}],
        "publishingstate": [
            {"id": IDS["published"], "name": "Published", "isvisible": True, "isdefault": True, "displayorder": 1},
            {"id": IDS["draft"], "name": "Draft", "isvisible": False, "isdefault": False, "displayorder": 2},
        ],
        "webtemplate": [
            {"id": IDS["header"], "name": "Header", "source": "<header>{{ website.name }}</header>"},
            {"id": IDS["footer"], "name": "Footer", "source": "<footer>{% chart id: '1' %}</footer>"},
            {"id": IDS["layout"], "name": "Default studio template", "source": LAYOUT},
        ],
        "pagetemplate": [
            {
                "id": IDS["page-template"],
                "name": "Default studio template",
                "type": 756150001,
                "usewebsiteheaderandfooter": True,
                "webtemplateid": IDS["layout"],
                "isdefault": True,
            }
        ],
        "webpage": [
            {"id": IDS["home"], "name": "Home", "partialurl": "/", "isroot": True, **page},
            {"id": IDS["home-words"], "name": "Home", "partialurl": "/", "title": "Hello", "copy": COPY}
            | {"rootwebpageid": IDS["home"], "customjavascript": "alert(1)", **words, **page},
            {
                "id": IDS["about"],
                "name": "About",
                "partialurl": "about",
                "parentpageid": IDS["home"],
                "isroot": True,
                **page,
            },
            {"id": IDS["about-words"], "name": "About", "partialurl": "about", "title": "About us", "copy": "<p>Us</p>"}
            | {"rootwebpageid": IDS["about"], "parentpageid": IDS["home"], **words, **page},
        ],
        "sitemarker": [{"id": IDS["missing"], "name": "Home", "pageid": IDS["home"]}],
        "contentsnippet": [
            {"id": IDS["missing-words"], "name": "Greeting", "value": "<em>Good day</em>"}
            | {"contentsnippetlanguageid": IDS["website-english"]}
        ],
        "webrole": [
            {"id": IDS["staff"], "name": "Staff", "anonymoususersrole": False, "authenticatedusersrole": False}
        ],
        "webpagerule": [
            {"id": IDS["rule"], "name": "Restrict", "right": 2, "scope": 1, "webpageid": IDS["about"]}
            | {"webpageaccesscontrolrule_webrole": [IDS["staff"]]}
        ],
        "websiteaccess": [
            {"id": IDS["access"], "name": "Preview", "previewunpublishedentities": True, "managesitemarkers": False}
            | {"managecontentsnippets": False, "manageweblinksets": False, "websiteaccess_webrole": [IDS["staff"]]}
        ],
        "weblinkset": [{"id": IDS["navigation"], "name": "Default", "websitelanguageid": IDS["website-english"]}],
        "weblink": [
            {"id": IDS["link"], "name": "About", "pageid": IDS["about"], "weblinksetid": IDS["navigation"]}
            | {"publishingstateid": IDS["published"], "displayorder": 1}
        ],
        "webfile": [
            {"id": IDS["logo"], "name": "logo.svg", "partialurl": "logo.svg", "parentpageid": IDS["home"]}
            | {"publishingstateid": IDS["published"], "filename": "logo.svg", "mimetype": "image/svg+xml"}
        ],
        "sitesetting": [{"id": IDS["setting"], "name": "Search/Enabled", "value": True}],
        "tablepermission": [
            {"id": IDS["permission"], "entityname": "Cases", "entitylogicalname": "incident", "scope": 756150000}
            | {"read": True, "entitypermission_webrole": [IDS["staff"]]}
        ],
        "cloudflowconsumer": [{"id": IDS["form"], "name": "Weather"}],
    }


PARTS = {
    "copy": "copy.html",
    "source": "source.html",
    "value": "value.html",
    "customjavascript": "custom_javascript.js",
}
IN_FILES = frozenset({"webpage", "webtemplate", "contentsnippet"})


def export_new(folder: Path) -> Path:
    """Each row in a file of its own."""
    root = folder / ".powerpages-site"
    for kind, found in rows().items():
        for row in found:
            place = root if kind == "website" else root / f"{kind}s"
            name = "website" if kind == "website" else f"{_file_name(row)}-{row['id'][:8]}.{kind}"
            _row_write(place, name, kind, row)
    _file_write(root / "webfiles" / "logo.svg")
    one = root / "webfiles" / f"logo.svg-{IDS['logo'][:8]}.webfile.yml"
    one.rename(root / "webfiles" / "logo.svg.webfile.yml")
    return root


def export_old(folder: Path) -> Path:
    """Rows of most tables in one list each, columns with ``adx_``; pages, templates and snippets in files."""
    root = folder / "fourth-coffee"
    for kind, found in rows().items():
        old = [
            {(name if name.startswith("adx_") else f"adx_{name}"): value for name, value in row.items()}
            for row in found
        ]
        for row in old:
            table = {"webpagerule": "webpageaccesscontrolrule", "tablepermission": "entitypermission"}.get(kind, kind)
            row[f"adx_{table}id"] = row.pop("adx_id")
        if kind in {"website", *IN_FILES, "webfile"}:
            for number, row in enumerate(old):
                name = {"website": "website", "webfile": "logo.svg.webfile"}.get(kind, f"{kind}-{number}.{kind}")
                _row_write(root if kind == "website" else root / f"{kind}s", name, kind, row)
        else:
            root.mkdir(parents=True, exist_ok=True)
            (root / f"{kind}.yml").write_text(json.dumps(old))
    _file_write(root / "webfiles" / "logo.svg")
    return root


def _file_name(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or row.get("entityname")).replace("/", "-")


def _row_write(folder: Path, name: str, kind: str, row: Mapping[str, Any]) -> None:
    """JSON is YAML too."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = {key: row[key] for key in row if kind in IN_FILES and key.removeprefix("adx_") in PARTS}
    (folder / f"{name}.yml").write_text(json.dumps({key: value for key, value in row.items() if key not in parts}))
    for key, text in parts.items():
        (folder / f"{name}.{PARTS[key.removeprefix('adx_')]}").write_text(text)


def _file_write(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
