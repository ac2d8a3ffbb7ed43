"""Templates come from people we do not know: what they may not do, and what it costs when they try."""

from __future__ import annotations

import logging
import time

import pytest

from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Answer, Visitor

TOO_MUCH = {
    "an endless loop": "{% for a in (1..100000000000) %}{% endfor %}",
    "a reversed range": "{% for a in (1..100000000000) reversed %}{% endfor %}",
    "an offset into a range": "{% for a in (1..100000000000) offset: 99999999999 %}{% endfor %}",
    "loops in loops": "{% for a in (1..1000) %}{% for b in (1..1000) %}x{% endfor %}{% endfor %}",
    "loops after loops": "{% for a in (1..9000) %}{% endfor %}" * 3,
    "an endless table": "{% tablerow a in (1..100000000000) %}{% endtablerow %}",
    "a range to search in": "{% if (1..100000000000) contains 'x' %}{% endif %}",
    "a range to filter": "{{ (1..100000000000) | join: ',' }}",
    "a range in an assignment": "{% assign a = (1..100000000000) | reverse %}",
    "a template that includes itself": "{% include 'Page' %}",
    "a template that includes itself twice": "{% include 'Page' %}{% include 'Page' %}",
    "a template that renders itself": "{% render 'Page' %}",
    "a template that extends itself": "{% extends 'Page' %}",
    "copy that edits itself": "{% editable page 'adx_copy' %}",
    "a text that doubles": "{% assign a = 'xxxxxxxxxx' %}"
    "{% for i in (1..40) %}{% assign a = a | append: a %}{% endfor %}",
    "a text that is replaced by itself": "{% assign a = 'aaaaaaaaaa' %}"
    "{% for i in (1..9) %}{% assign a = a | replace: 'a', a %}{% endfor %}",
    "a number that grows": "{% assign a = 9999999999 %}{% for i in (1..40) %}{% assign a = a | times: a %}{% endfor %}",
    "a list that doubles": "{% assign a = 'a,b,c,d' | split: ',' %}"
    "{% for i in (1..40) %}{% assign a = a | concat: a %}{% endfor %}",
    "a joined text": "{% assign a = 'a,b,c,d,e,f,g,h' | split: ',' %}"
    "{% for i in (1..10) %}{% assign a = a | concat: a %}{% endfor %}"
    "{% capture s %}{% for i in (1..900) %}{{ i }}{% endfor %}{% endcapture %}{{ a | join: s }}",
    "a page of many megabytes": "{% for a in (1..19000) %}" + "x" * 200 + "{% endfor %}",
    "a capture of many megabytes": "{% capture c %}{% for a in (1..19000) %}"
    + "x" * 200
    + "{% endfor %}{% endcapture %}",
    "a source of ten megabytes": "x" * 10_000_000,
    "blocks nested too deeply": "{% if true %}" * 5000 + "{% endif %}" * 5000,
    "an unknown filter": "{{ 'a' | shell }}",
    "an unknown tag": "{% python %}",
    "a tag that is never closed": "{% if true %}",
    "a template that is not there": "{% include 'Elsewhere' %}",
    "a file of the machine": "{% include '../../../../etc/passwd' %}",
    "macros": "{% macro 'a' %}{% endmacro %}",
}


def page_of(visitor: Visitor, site: SiteInMemory, source: str) -> Answer:
    open_portal(site.id)
    site.template("Page", source)
    site.page("About", "about", parent=site.home, adx_copy="{% editable page 'adx_copy' %}")
    return visitor.get("/about/")


@pytest.mark.parametrize("source", TOO_MUCH.values(), ids=TOO_MUCH)
def test_what_wants_too_much_is_stopped_soon_and_says_nothing_to_visitors(
    visitor: Visitor, site: SiteInMemory, source: str, caplog: pytest.LogCaptureFixture
) -> None:
    started = time.thread_time()
    with caplog.at_level(logging.ERROR, "websites.rendering"):
        answer = page_of(visitor, site, source)
    assert answer.status == 500
    assert time.thread_time() - started < 4
    assert "Something went wrong" in answer.text
    record = next(record for record in caplog.records if record.name == "websites.rendering")
    assert str(record.__dict__["error_id"]) in answer.text
    assert record.__dict__["portal_id"] == answer.headers["portal-id"]
    assert "Page" not in answer.text.replace("This page", "")


def test_time_is_up_after_two_seconds_whatever_a_template_does(visitor: Visitor, site: SiteInMemory) -> None:
    site.template("Slow", "{% assign s = 'b,a' | split: ',' %}" + "{{ s | sort | join: ',' }}" * 1500)
    started = time.thread_time()
    answer = page_of(visitor, site, "{% for i in (1..15000) %}{% render 'Slow' %}{% endfor %}")
    assert answer.status == 500
    assert 1.5 < time.thread_time() - started < 4


def test_one_broken_template_leaves_the_other_pages_alone(visitor: Visitor, site: SiteInMemory) -> None:
    assert page_of(visitor, site, "{% if %}").status == 500
    assert visitor.get("/").status == 200


@pytest.mark.parametrize(
    "source",
    [
        "{{ page.__class__ }}",
        "{{ page._fields }}{{ snippets._source }}{{ request.META }}",
        "{{ website.portal.organization }}{{ user.password }}",
        "{% assign s = 'x' %}{{ s.__class__.__mro__ }}",
        "{{ settings.items }}{{ page['_made'] }}",
        "{{ forloop }}{{ block }}{{ page }}{{ website }}{{ snippets }}",
    ],
)
def test_nothing_of_the_program_is_within_reach(visitor: Visitor, site: SiteInMemory, source: str) -> None:
    answer = page_of(visitor, site, f"[{source}]")
    assert (answer.status, answer.text) == (200, "[]")


@pytest.mark.parametrize("tag", ["entityview", "manifest"])
def test_a_tag_that_is_not_served_says_so(visitor: Visitor, site: SiteInMemory, tag: str) -> None:
    answer = page_of(visitor, site, f"a{{% {tag} x %}}<fetch>{{{{ y }}}}{{% end{tag} %}}{{% chart id:'1' %}}b")
    assert answer.status == 200
    assert f"a<!-- The tag {tag} is not served by this portal. -->" in answer.text
    assert answer.text.endswith("b")
    assert "<fetch>" not in answer.text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% if snippets['none'] == blank %}blank{% endif %}", "blank"),
        ("{% if snippets['none'] == empty %}empty{% endif %}", "empty"),
        ("{{ snippets['none'] | default: 'd' }}", "d"),
        ("{% for i in (1..3) reversed %}{{ i }}{% endfor %}", "321"),
        ("{{ '<i onclick=x>y</i><script>z</script>' | safe }}", "<i>y</i>"),
        ("{{ now | date: '%Y' | size }}", "4"),
        ("{{ 'a.b' | replace: '.', '<' }}", "a&lt;b"),
        ("{% editable snippets 'Html' %}", "<b>bold</b>"),
        ("{% editable snippets 'Html', type: 'text' %}", "&lt;b&gt;bold&lt;/b&gt;"),
        ("{% editable snippets 'None', default: 'nothing', type: 'html' %}", "nothing"),
        ("{{ page.title }} {{ page.url }} {{ page.parent.title }}", "About /about/ Home"),
        ("{{ SNIPPETS.html }}{{ snippets['HTML'] | strip_html }}", "bold"),
    ],
)
def test_templates_mean_what_they_mean_in_the_product_line(
    visitor: Visitor, site: SiteInMemory, source: str, text: str
) -> None:
    site.snippet("Html", "<b onclick='x'>bold</b>" if "type: 'text'" not in source else "<b>bold</b>")
    answer = page_of(visitor, site, source)
    assert (answer.status, answer.text) == (200, text)


@pytest.mark.parametrize(
    ("mime_type", "content_type"),
    [
        ("application/json", "application/json"),
        ("text/html", "text/html"),
        ("a\r\nX: y", "text/html"),
        ("", "text/html"),
    ],
)
def test_a_template_names_its_kind_within_reason(
    visitor: Visitor, site: SiteInMemory, mime_type: str, content_type: str
) -> None:
    site.template("Page", "{}", adx_mimetype=mime_type)
    answer = page_of(visitor, site, "{}")
    assert answer.headers["content-type"] == f"{content_type}; charset=utf-8"
