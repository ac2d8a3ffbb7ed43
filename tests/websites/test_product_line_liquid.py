"""The product line's own Liquid: filters, operators, objects and tags beside the library's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.builders.visitors import signed_in
from tests.builders.websites import RowsInMemory, SiteInMemory, open_portal
from tests.websites.visitor import Answer, Visitor
from websites.templating import served
from websites.templating.served import tag_serve

AT = datetime(2026, 3, 31, 14, 5, 9, tzinfo=UTC).isoformat()
OUTCOMES = {
    "{{ 'a,b,c' | split: ',' | batch: 2 | size }}": "2",
    "{{ 'a,b,c' | split: ',' | skip: 1 | first }}": "b",
    "{{ 'a,b,c' | split: ',' | take: 1 | join: '' }}": "a",
    "{{ 'b,a' | split: ',' | concat: 'c' | size }}": "3",
    "{{ languages | select: 'code' | join: ' ' }}": "en-US",
    "{{ languages | where: 'code', 'fr-FR' | size }}": "0",
    "{% assign g = languages | group_by: 'direction' %}{{ g.first.key }}": "ltr",
    f"{{{{ '{AT}' | date: 'yyyy-MM-dd HH:mm' }}}}": "2026-03-31 14:05",
    f"{{{{ '{AT}' | date: 'dddd, MMMM d' }}}}": "Tuesday, March 31",
    f"{{{{ '{AT}' | date: '%d.%m.' }}}}": "31.03.",
    f"{{{{ '{AT}' | date_add_months: 1 | date: 'yyyy-MM-dd' }}}}": "2026-04-30",
    f"{{{{ '{AT}' | date_add_days: -31 | date_to_iso }}}}": "2026-02-28T14:05:09Z",
    "{{ '/a?x=1' | add_query: 'y', 2 }}": "/a?x=1&amp;y=2",
    "{{ 'https://h:8/a?x=1' | remove_query: 'x' | path_and_query }}": "/a",
    "{{ 'https://h/a' | port }} {{ 'https://h/a' | host }} {{ 'https://h/a' | base }}": "443 h https://h",
    "{{ 'yes' | boolean }} {{ '7.9' | integer }} {{ '1536' | file_size }}": "true 7 1.5 KB",
    "{{ 'a\nb' | text_to_html }}": "<p>a<br>b</p>",
    "{{ 'one two' | titlecase }}": "One Two",
    "{% if 'abc' startswith 'ab' and 'abc' endswith 'bc' %}yes{% elseif true %}no{% endif %}": "yes",
    "{% if false %}{% elseif 'abc' startswith 'b' %}b{% else %}c{% endif %}": "c",
    "{% assign limit = 4 %}{% assign offset = limit | divided_by: 2 %}{{ limit | plus: offset }}": "6",
    "{% assign limit = 1 %}{% for i in (1..3) offset: limit limit: limit %}{{ i }} limit: 'limit'{% endfor %}": (
        "2 limit: 'limit'"
    ),
    "{% assign cols = 'cols' %}{{ cols }}{{ 'limit' }}": "colslimit",
    "{{ resx['Search_Filter'] }} {{ RESX.x }}": "Search filter ",
    "{{ website.selected_language.code }} {{ website.languages.size }} {{ Website.Name }}": "en-US 1 ",
    "{{ sitemap.root.title }} {{ sitemap['/knowledgebase'].title }}": "Home Knowledge Base",
    "{{ request.path_and_query }} {{ request.query }}": "/about/ ",
    "{% substitution %}{{ page.title }}{% endsubstitution %}": "About",
    "{% searchindex query: 'knowledge' page_size: 5 %}{{ searchindex.results.first.title }}{% endsearchindex %}": (
        "<mark>Knowledge</mark> Base"
    ),
    "{% include 'page_copy' %}": "Words",
    "{{ entities.incident['1'] }}{{ entities['../x'].y }}": "",
    "{% fetchxml q %}<fetch><entity name='incident'/></fetch>{% endfetchxml %}{{ q.results.entities.size }}": (
        "<!-- fetchxml q: no entity permission lets this visitor read incident -->0"
    ),
    "{% fetchxml q %}<fetch><entity name='a'><link-entity name='b'/></entity></fetch>{% endfetchxml %}": (
        "<!-- fetchxml q: link-entity is not served -->"
    ),
}


def page_of(visitor: Visitor, site: SiteInMemory, source: str) -> Answer:
    open_portal(site.id)
    site.template("Page", source)
    site.page("About", "about", parent=site.home, adx_copy="Words")
    return visitor.get("/about/")


@pytest.mark.parametrize("source", OUTCOMES)
def test_what_the_product_line_writes_gives_what_it_says(visitor: Visitor, site: SiteInMemory, source: str) -> None:
    found = page_of(visitor, site, source)
    assert (found.status, found.text.strip()) == (200, OUTCOMES[source].strip())


def test_a_text_may_be_liquid_of_the_page_cleaned(visitor: Visitor, site: SiteInMemory) -> None:
    site.snippet("Words", "<b>{{ page.title }}</b><script>x</script>")
    assert page_of(visitor, site, "{{ snippets['Words'] | liquid }} {{ snippets['Words'] | h }}").text == (
        "<b>About</b> &lt;b&gt;{{ page.title }}&lt;/b&gt;&lt;script&gt;x&lt;/script&gt;"
    )


@pytest.fixture
def a_served_tag(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the feature's own, which is there again afterwards."""
    monkeypatch.setattr(served, "_served", dict(served._served))
    tag_serve("entityform", lambda scene, told: f"<p>{scene.page.title} {told['id']}</p>")


def test_a_feature_serves_a_tag(visitor: Visitor, site: SiteInMemory, a_served_tag: None) -> None:
    found = page_of(visitor, site, "{% entityform id: 'F-1' %}")
    assert found.text == "<p>About F-1</p>"
    assert found.headers["cache-control"] == "private, no-store"


def test_only_tags_of_the_product_line_can_be_served() -> None:
    with pytest.raises(ValueError, match="not a tag"):
        tag_serve("include", lambda scene, told: "")


def permitted(site: SiteInMemory, rows: RowsInMemory, table: str) -> None:
    """Everybody who is not signed in may read the whole table."""
    role = site._put("adx_webroles", adx_name="Anonymous Users", adx_anonymoususersrole=True)
    site._put(
        "adx_entitypermissions",
        adx_entitylogicalname=table,
        adx_scope=756150000,
        adx_read=True,
        adx_entitypermission_webrole=[{"adx_webroleid": role}],
    )


CASE = "{{ entities.incident[params.id].title }}"
CASES = """{% fetchxml open %}<fetch top="5"><entity name="incident"><attribute name="title"/><order attribute="title"/>
<filter><condition attribute="statecode" operator="eq" value="0"/></filter></entity></fetch>{% endfetchxml %}
{%- for case in open.results.entities %}[{{ case.title }} {{ case.adx_identity_passwordhash }}]{% endfor %}"""


def test_rows_are_there_under_an_entity_permission_alone_and_live(
    visitor: Visitor, site: SiteInMemory, rows: RowsInMemory
) -> None:
    id_ = "22222222-2222-4222-8222-222222222222"
    rows.put("incidents", id_, incidentid=id_, title="Leak", statecode=0, adx_identity_passwordhash="secret")
    found = page_of(visitor, site, CASE + CASES)
    assert "Leak" not in found.text
    permitted(site, rows, "incident")
    open_portal(site.id, subdomain="other")
    found = visitor.get(f"/about/?id={id_}", host="other.portals.localhost")
    assert found.text.startswith("Leak")
    assert "[Leak ]" in found.text
    assert "secret" not in found.text
    assert found.headers["cache-control"] == "private, no-store"


def test_a_role_is_asked_for_by_name(visitor: Visitor, site: SiteInMemory) -> None:
    role = site._put("adx_webroles", adx_name="Editors")
    site.template("Page", "{{ user | has_role: 'editors' }} {{ user | has_role: 'Owners' }}")
    site.page("About", "about", parent=site.home)
    visitor.cookie = signed_in(open_portal(site.id), role_ids=[role])
    assert visitor.get("/about/").text == "true false"
