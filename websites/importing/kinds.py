"""What the files of an export are called, and which table each becomes."""

from __future__ import annotations

# Kind in a file's name -> table, in the order in which the tables can be written.
TABLES: dict[str, str] = {
    "website": "adx_website",
    "publishingstate": "adx_publishingstate",
    "portallanguage": "adx_portallanguage",
    "websitelanguage": "adx_websitelanguage",
    "webtemplate": "adx_webtemplate",
    "pagetemplate": "adx_pagetemplate",
    "webpage": "adx_webpage",
    "sitesetting": "adx_sitesetting",
    "sitemarker": "adx_sitemarker",
    "contentsnippet": "adx_contentsnippet",
    "weblinkset": "adx_weblinkset",
    "weblink": "adx_weblink",
    "webrole": "adx_webrole",
    "websiteaccess": "adx_websiteaccess",
    "webpagerule": "adx_webpageaccesscontrolrule",
    "tablepermission": "adx_entitypermission",
    "webfile": "adx_webfile",
    "redirect": "adx_redirect",
    "shortcut": "adx_shortcut",
    "tag": "adx_tag",
    "poll": "adx_poll",
    "forumthreadtype": "adx_forumthreadtype",
    "forum": "adx_communityforum",
    "entitylist": "adx_entitylist",
    "entityform": "adx_entityform",
    "entityformmetadata": "adx_entityformmetadata",
    "webform": "adx_webform",
    "webformstep": "adx_webformstep",
    "webformmetadata": "adx_webformmetadata",
}
# The same things under the names of other versions of the tools.
ALSO: dict[str, str] = {
    "entitypermission": "tablepermission",
    "webpageaccesscontrolrule": "webpagerule",
    "list": "entitylist",
    "basicform": "entityform",
    "basicformmetadata": "entityformmetadata",
    "advancedform": "webform",
    "advancedformstep": "webformstep",
    "advancedformmetadata": "webformmetadata",
}
# Files beside a row's own that hold one of its columns: end of the name -> column.
PARTS: dict[str, str] = {
    "copy.html": "copy",
    "summary.html": "summary",
    "custom_css.css": "customcss",
    "custom_javascript.js": "customjavascript",
    "source.html": "source",
    "value.html": "value",
}
# What a visitor's browser would have to run, or another program to read: kept as rows, shown by nobody.
UNSHOWN: dict[tuple[str, str], str] = {
    ("webpage", "customjavascript"): "scripts are not run",
    ("webpage", "customcss"): "a page's own style sheet is not shown",
    ("entityform", "registerstartupscript"): "scripts are not run",
    ("webformstep", "registerstartupscript"): "scripts are not run",
}
IGNORED = frozenset({"manifest", "websitebinding"})  # of the tool and of the place the site was in


def kind_of(name: str) -> str:
    """The kind in a file's name: "Profile.webpage.yml" is a webpage, "sitesetting.yml" site settings."""
    stem = name.removesuffix(".yml").rpartition(".")[2].lower()
    stem = stem.rpartition("-")[2] if stem.endswith("-manifest") else stem
    return ALSO.get(stem, stem)
