"""Finished pages: when they are used again, and when not."""

from __future__ import annotations

import gzip
from unittest.mock import patch

import pytest

from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Visitor
from websites.pagecache import LARGEST, PageCache
from websites.runtime import Runtime


def test_a_finished_page_is_given_out_without_rendering_it_again(
    visitor: Visitor, held: Runtime, site: SiteInMemory
) -> None:
    open_portal(site.id)
    first = visitor.get("/")
    with patch("websites.rendering._render", side_effect=AssertionError("rendered again")):
        second = visitor.get("/")
        held.hosts.forget()  # the portal must be asked for again; its pages need not be made again
        third = visitor.get("/")
    for answer in (second, third):
        assert (answer.status, answer.body, answer.headers) == (200, first.body, first.headers)


def test_a_visitor_who_has_the_page_is_told_that_it_is_still_right(visitor: Visitor, site: SiteInMemory) -> None:
    portal = open_portal(site.id)
    etag = visitor.get("/knowledgebase/").headers["etag"]
    for _ in range(2):  # rendered, then remembered
        answer = visitor.get("/knowledgebase/", if_none_match=f'"x", {etag}')
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)
        assert answer.headers["portal-id"] == str(portal.pk)
    assert visitor.get("/knowledgebase/", if_none_match='"other"').status == 200


def test_pages_are_told_apart_by_path_query_and_host(visitor: Visitor, held: Runtime, site: SiteInMemory) -> None:
    open_portal(site.id)
    other = SiteInMemory(site.rows, name="Fabrikam")
    open_portal(other.id, subdomain="fabrikam")
    for _ in range(2):
        assert "Contoso" in visitor.get("/").text
        assert "Fabrikam" in visitor.get("/", host="fabrikam.portals.localhost").text
        assert "“a”" in visitor.get("/search/?q=a").text
        assert "“b”" in visitor.get("/search/?q=b").text


def test_errors_and_redirects_are_not_kept(visitor: Visitor, held: Runtime, site: SiteInMemory) -> None:
    open_portal(site.id)
    for path in ("/nothing/", "/KNOWLEDGEBASE", f"/search/?q={'x' * 300}"):
        visitor.get(path)
    assert held.pages.size == 0


def test_a_portal_that_is_switched_off_is_off_although_its_pages_are_finished(
    visitor: Visitor, held: Runtime, site: SiteInMemory
) -> None:
    portal = open_portal(site.id)
    visitor.get("/")
    portal.state = "configuring"
    portal.save()
    held.hosts.forget()
    assert visitor.get("/").status == 503


def test_the_memory_is_bounded_and_the_least_used_go_first() -> None:
    cache = PageCache(limit=1000)
    for number in range(10):
        cache.put((str(number),), headers=(), body=b"x" * 200, etag='"e"')
        cache.get(("0",))
    assert cache.size <= 1000
    assert cache.get(("0",)) is not None
    assert cache.get(("1",)) is None


def test_what_is_too_large_or_asked_for_in_too_many_words_is_not_kept() -> None:
    cache = PageCache()
    cache.put(("large",), headers=(), body=b"x" * (LARGEST + 1), etag='"e"')
    cache.put(("q" * 300,), headers=(), body=b"x", etag='"e"')
    assert cache.size == 0


def test_a_page_is_not_kept_for_ever() -> None:
    cache = PageCache()
    cache.put(("a",), headers=(), body=b"x", etag='"e"')
    with patch("websites.pagecache.time.monotonic", return_value=float("inf")):
        assert cache.get(("a",)) is None


def test_a_finished_page_goes_out_compressed_to_who_takes_it_so(visitor: Visitor, site: SiteInMemory) -> None:
    open_portal(site.id)
    made = visitor.get("/")
    sent = visitor.get("/", accept_encoding="br, gzip;q=0.8")
    assert sent.headers["content-encoding"] == "gzip"
    assert sent.headers["vary"] == made.headers["vary"] == "Accept-Encoding"
    assert int(sent.headers["content-length"]) == len(sent.body) < len(made.body)
    assert gzip.decompress(sent.body) == made.body
    assert visitor.get("/").headers["etag"] == made.headers["etag"] != sent.headers["etag"]


@pytest.mark.parametrize("told", ["", "br, zstd", "gzip;q=0", "gzip; q=0.0, br", "xgzip", "identity, *;q=0"])
def test_a_page_is_sent_as_it_is_to_who_does_not_name_gzip(visitor: Visitor, site: SiteInMemory, told: str) -> None:
    open_portal(site.id)
    made = visitor.get("/")
    assert visitor.get("/", accept_encoding=told).body == made.body


def test_who_has_a_page_in_one_form_has_it_in_the_other(visitor: Visitor, held: Runtime, site: SiteInMemory) -> None:
    open_portal(site.id)
    plain = visitor.get("/").headers["etag"]
    gzipped = visitor.get("/", accept_encoding="gzip").headers["etag"]
    for tag in (plain, gzipped):
        assert visitor.get("/", if_none_match=tag, accept_encoding="gzip").status == 304
        held.pages.clear()  # as after a restart
        assert visitor.get("/", if_none_match=tag).status == 304
