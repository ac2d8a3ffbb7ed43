"""Web files, redirects, shortcuts, and what is not published yet."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest

from tests.builders.visitors import signed_in
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal
from tests.websites.visitor import Visitor
from websites.runtime import Runtime

BODY = bytes(range(100))


def file_put(site: SiteInMemory, partial: str = "logo.png", *, parent: str = "", **values: Any) -> str:
    """A web file with its note; returns the file's id."""
    id_ = site._put(
        "adx_webfiles",
        adx_name=partial,
        adx_partialurl=partial,
        _adx_parentpageid_value=parent or site.home,
        _adx_publishingstateid_value=site.published,
        **values,
    )
    site.rows.put(
        "annotations",
        str(uuid.uuid4()),
        _objectid_value=id_,
        isdocument=True,
        filename=partial,
        mimetype="image/png",
        filesize=len(BODY),
        documentbody=base64.b64encode(BODY).decode(),
    )
    return id_


def test_a_file_is_served_with_type_and_etag_and_once_read_is_kept(
    visitor: Visitor, site: SiteInMemory, rows: RowsInMemory
) -> None:
    file_put(site)
    open_portal(site.id)
    found = visitor.get("/Logo.png")
    assert (found.status, found.headers["content-type"], found.body) == (200, "image/png", BODY)
    assert found.headers["content-disposition"] == "inline; filename*=UTF-8''logo.png"
    rows.calls.clear()
    assert visitor.get("/logo.png", if_none_match=found.headers["etag"]).status == 304
    assert rows.calls == []


def test_a_file_is_there_while_the_organization_is_away_even_after_a_restart(
    visitor: Visitor, site: SiteInMemory, rows: RowsInMemory, held: Runtime
) -> None:
    file_put(site)
    open_portal(site.id)
    visitor.get("/logo.png")
    rows.is_away = True
    held.files._kept.clear()
    assert visitor.get("/logo.png").body == BODY


@pytest.mark.parametrize(
    ("asked", "status", "part", "told"),
    [
        ("bytes=0-9", 206, BODY[:10], "bytes 0-9/100"),
        ("bytes=90-", 206, BODY[90:], "bytes 90-99/100"),
        ("bytes=-5", 206, BODY[95:], "bytes 95-99/100"),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=9-1", 416, b"", "bytes */100"),
        ("lines=1-2", 200, BODY, None),
    ],
)
def test_a_part_of_a_file_is_served(
    visitor: Visitor, site: SiteInMemory, asked: str, status: int, part: bytes, told: str | None
) -> None:
    file_put(site)
    open_portal(site.id)
    found = visitor.get("/logo.png", range=asked)
    assert (found.status, found.body, found.headers.get("content-range")) == (status, part, told)


def test_an_attachment_is_to_be_saved_and_a_strange_type_is_plain_bytes(visitor: Visitor, site: SiteInMemory) -> None:
    id_ = file_put(site, "a.bin", adx_contentdisposition=756150001)
    note = next(key for key, row in site.rows.tables["annotations"].items() if row["_objectid_value"] == id_)
    site.rows.put("annotations", note, mimetype="text/html\r\nX-Evil: 1")
    open_portal(site.id)
    found = visitor.get("/a.bin")
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["content-disposition"].startswith("attachment")
    assert "x-evil" not in found.headers


def restricted(site: SiteInMemory, page: str, *, scope: int = 1) -> str:
    """Only this role reads the page; returns the role's id."""
    role = site._put("adx_webroles", adx_name="Staff")
    site.rows.put(
        "adx_webpageaccesscontrolrules",
        str(uuid.uuid4()),
        adx_right=2,
        adx_scope=scope,
        _adx_webpageid_value=page,
        adx_webpageaccesscontrolrule_webrole=[{"adx_webroleid": role}],
    )
    return role


def test_a_file_is_as_visible_as_its_page(visitor: Visitor, site: SiteInMemory) -> None:
    page = site.page("Staff", "staff", parent=site.home)
    file_put(site, "plan.pdf", parent=page)
    role = restricted(site, page)
    portal = open_portal(site.id)
    assert visitor.get("/staff/plan.pdf").status == 403
    visitor.cookie = signed_in(portal, role_ids=[role])
    found = visitor.get("/staff/plan.pdf")
    assert (found.status, found.headers["cache-control"]) == (200, "private, no-store")


def test_a_rule_may_leave_the_pages_own_files_to_everybody(visitor: Visitor, site: SiteInMemory) -> None:
    page = site.page("Staff", "staff", parent=site.home)
    file_put(site, "sign-in.png", parent=page)
    restricted(site, page, scope=2)
    open_portal(site.id)
    assert visitor.get("/staff/").status == 403
    assert visitor.get("/staff/sign-in.png").status == 200


def test_a_file_that_is_not_out_or_hidden_or_empty_is_not_there(visitor: Visitor, site: SiteInMemory) -> None:
    file_put(site, "soon.png", adx_releasedate="2999-01-01T00:00:00Z")
    hidden = file_put(site, "hidden.png")
    site.rows.put("adx_webfiles", hidden, _adx_publishingstateid_value=site.draft)
    empty = file_put(site, "empty.png")
    for note in [key for key, row in site.rows.tables["annotations"].items() if row["_objectid_value"] == empty]:
        site.rows.remove("annotations", note)
    open_portal(site.id)
    for name in ("soon.png", "hidden.png", "empty.png", "nothing.png"):
        assert visitor.get(f"/{name}").status == 404, name


def redirect_put(site: SiteInMemory, inbound: str, **values: Any) -> None:
    site._put("adx_redirects", adx_name=inbound, adx_inboundurl=inbound, **values)


def test_redirects_lead_to_pages_markers_and_addresses(visitor: Visitor, site: SiteInMemory) -> None:
    redirect_put(site, "~/old", _adx_webpageid_value=site.knowledge, adx_statuscode=301)
    redirect_put(site, "away", adx_redirecturl="https://elsewhere.example/x", adx_statuscode=302)
    redirect_put(site, "evil", adx_redirecturl="javascript:alert(1)")
    redirect_put(site, "slashes", adx_redirecturl="//elsewhere.example")
    redirect_put(site, "self", adx_redirecturl="/self/")
    redirect_put(site, "knowledgebase", adx_redirecturl="/search/")
    open_portal(site.id)
    old = visitor.get("/OLD/")
    assert (old.status, old.headers["location"]) == (301, "/knowledgebase/")
    away = visitor.get("/away")
    assert (away.status, away.headers["location"]) == (302, "https://elsewhere.example/x")
    assert [visitor.get(path).status for path in ("/evil", "/slashes", "/self")] == [404, 404, 404]
    assert visitor.get("/knowledgebase/").status == 200


def test_shortcuts_stand_among_a_pages_children(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    site.template("Page", "{% for child in page.children %}{{ child.title }}={{ child.url }};{% endfor %}")
    page = site.page("About", "about", parent=site.home)
    draft = site.page("Plan", "plan", parent=site.home, _adx_publishingstateid_value=site.draft)
    for order, values in enumerate(
        (
            {"_adx_webpageid_value": site.knowledge},
            {"adx_externalurl": "https://elsewhere.example/"},
            {"adx_externalurl": "javascript:alert(1)"},
            {"_adx_webpageid_value": draft},
        )
    ):
        site._put(
            "adx_shortcuts",
            adx_title=f"S{order}",
            adx_displayorder=order,
            _adx_parentpage_webpageid_value=page,
            **values,
        )
    assert visitor.get("/about/").text == "S0=/knowledgebase/;S1=https://elsewhere.example/;"


def previewer(site: SiteInMemory) -> str:
    role = site._put("adx_webroles", adx_name="Previewers")
    site._put(
        "adx_websiteaccesses",
        adx_previewunpublishedentities=True,
        adx_websiteaccess_webrole=[{"adx_webroleid": role}],
    )
    return role


def test_what_is_not_published_is_there_for_those_who_may_preview_it(visitor: Visitor, site: SiteInMemory) -> None:
    plan = site.page("Plan", "plan", parent=site.home, _adx_publishingstateid_value=site.draft)
    site.page("Detail", "detail", parent=plan)
    role = previewer(site)
    portal = open_portal(site.id)
    assert [visitor.get(path).status for path in ("/plan/", "/plan/detail/")] == [404, 404]
    assert "plan" not in visitor.get("/sitemap.xml").text
    visitor.cookie = signed_in(portal)
    assert visitor.get("/plan/").status == 404
    visitor.cookie = signed_in(portal, contact_id=uuid.uuid4(), role_ids=[role])
    assert [visitor.get(path).status for path in ("/plan/", "/plan/detail/")] == [200, 200]


def test_who_may_change_a_page_reads_it_restricted_or_not(visitor: Visitor, site: SiteInMemory) -> None:
    page = site.page("Staff", "staff", parent=site.home, _adx_publishingstateid_value=site.draft)
    restricted(site, page)
    editor = site._put("adx_webroles", adx_name="Editors")
    site.rows.put(
        "adx_webpageaccesscontrolrules",
        str(uuid.uuid4()),
        adx_right=1,
        adx_scope=1,
        _adx_webpageid_value=page,
        adx_webpageaccesscontrolrule_webrole=[{"adx_webroleid": editor}],
    )
    visitor.cookie = signed_in(open_portal(site.id), role_ids=[editor])
    assert visitor.get("/staff/").status == 200


def test_a_page_between_the_websites_header_and_footer_is_a_whole_document(
    visitor: Visitor, site: SiteInMemory, rows: RowsInMemory
) -> None:
    header = site.template("Top", "<header>{{ website.name }}</header>")
    footer = site.template("Bottom", "<footer>{{ page.title }}</footer>")
    rows.put("adx_websites", site.id, _adx_headerwebtemplateid_value=header, _adx_footerwebtemplateid_value=footer)
    words = site.template("Words", "<h1>{{ page.title }}</h1>")
    framed = site._put(
        "adx_pagetemplates", adx_name="Framed", adx_usewebsiteheaderandfooter=True, _adx_webtemplateid_value=words
    )
    site.page("About", "about", parent=site.home, _adx_pagetemplateid_value=framed)
    open_portal(site.id)
    text = visitor.get("/about/").text
    assert text.startswith("<!doctype html>")
    assert "portal.css" in text
    assert "<header>Contoso Support</header>" in text
    assert "<footer>About</footer>" in text
    file_put(site, "theme.css")


def test_a_page_without_a_language_has_its_words_in_all(visitor: Visitor, site: SiteInMemory) -> None:
    page = site.page("About", "about", parent=site.home)
    site.rows.put("adx_webpages", str(uuid.uuid4()), **_words(site, page, "Everywhere"))
    open_portal(site.id)
    assert "Everywhere" in visitor.get("/about/").text


def _words(site: SiteInMemory, root: str, title: str) -> dict[str, Any]:
    return {
        "adx_name": title,
        "adx_title": title,
        "adx_isroot": False,
        "_adx_rootwebpageid_value": root,
        "_adx_websiteid_value": site.id,
        "_adx_publishingstateid_value": site.published,
    }
