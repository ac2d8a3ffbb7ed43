"""Importing starter content, the website record and its administrator, each of which may run twice."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from organizations.errors import OrganizationRefused, OrganizationUnavailable
from solutions.content import content_links, content_rows
from solutions.content.importing import ContentImport
from solutions.content.keys import Keys
from solutions.content.looking import shared_find
from solutions.content.universe import universe
from solutions.errors import ContentRefused
from solutions.website import Administrator, Appointment, Website
from tests.solutions.fake import FakeOrganization

WEBSITE = uuid.UUID("11111111-2222-4333-8444-555555555555")
ENGLISH, GERMAN = 1033, 1031
JAY = Administrator(uuid.UUID("aaaaaaaa-0000-4000-8000-000000000001"), "Jay Hamlin", "jay@contoso.example")


class Lines(list[str]):
    def __call__(self, line: str) -> None:
        self.append(line)


def an_import(host: FakeOrganization, portal_type: str = "customer_self_service", lcid: int = ENGLISH) -> ContentImport:
    rows = content_rows(
        portal_type=portal_type,
        options=(),
        lcid=lcid,
        website_id=WEBSITE,
        website_name="Support",
        host="support.example",
        shared=shared_find(host, lcid),
    )
    links = content_links(portal_type=portal_type, options=(), lcid=lcid, website_id=WEBSITE)
    return ContentImport(host, Keys(WEBSITE, lcid), rows, links, partial(universe, WEBSITE), Lines())


def website(host: FakeOrganization) -> Website:
    return Website(Keys(WEBSITE, ENGLISH), "Support", "support.example")


def count(host: FakeOrganization, entity_set: str) -> int:
    return len(host.tables[entity_set])


def test_all_rows_are_there_after_an_import() -> None:
    host = FakeOrganization()
    work = an_import(host)
    assert not work.ensure().skipped
    for row in work.rows:
        assert row.id in host.tables[row.entity_set]


def test_a_second_import_of_the_same_writes_nothing() -> None:
    host = FakeOrganization()
    an_import(host).ensure()
    before = host.writes
    assert an_import(host).ensure().skipped
    assert host.writes == before


def test_what_people_changed_stays_when_the_step_runs_again() -> None:
    host = FakeOrganization()
    work = an_import(host)
    work.ensure()
    page = next(row for row in work.rows if row.logical_name == "adx_webpage")
    host.upsert("adx_webpages", page.id, {"adx_title": "Ours"})
    an_import(host).ensure()
    assert host.tables["adx_webpages"][page.id]["adx_title"] == "Ours"


def test_a_broken_off_import_is_finished_by_the_next_attempt() -> None:
    host = FakeOrganization()
    work = an_import(host)
    taken = host.upsert_many

    def break_off(entity_set: str, logical_name: str, rows: object) -> None:
        if logical_name == "adx_sitesetting":
            raise OrganizationUnavailable("The organization did not answer in time.")
        taken(entity_set, logical_name, rows)  # type: ignore[arg-type]

    host.upsert_many = break_off  # type: ignore[method-assign]
    with pytest.raises(OrganizationUnavailable):
        work.ensure()
    host.upsert_many = taken  # type: ignore[method-assign]
    assert not an_import(host).ensure().skipped
    assert count(host, "adx_webpages") == len([row for row in work.rows if row.logical_name == "adx_webpage"])


def test_a_changed_choice_leaves_nothing_of_the_earlier_one_but_what_people_made() -> None:
    host = FakeOrganization()
    an_import(host, "community", GERMAN).ensure()
    made_by_people = uuid.uuid4()
    host.upsert("adx_webpages", made_by_people, {"adx_websiteid@odata.bind": f"/adx_websites({WEBSITE})"})
    work = an_import(host, "custom", ENGLISH)
    work.ensure()
    pages = {row.id for row in work.rows if row.logical_name == "adx_webpage"}
    assert set(host.tables["adx_webpages"]) == pages | {made_by_people}
    assert count(host, "adx_websitelanguages") == 1
    assert count(host, "adx_weblinks") == len([row for row in work.rows if row.logical_name == "adx_weblink"])
    for of_a_feature in ("adx_communityforums", "adx_communityforumposts", "adx_blogposts", "adx_ideas", "feedback"):
        assert count(host, of_a_feature) == 0
    assert count(host, "contacts") > 0, "other portals may show what they wrote"


def test_threads_and_tags_are_linked_once_their_posts_are_there() -> None:
    host = FakeOrganization()
    an_import(host, "community").ensure()
    named = {navigation for _, _, navigation, _ in host.links}
    assert {"adx_communityforumthrea_firstpost", "adx_communityforum_lastpost", "adx_blogpost_tag"} <= named


def test_a_table_that_nothing_needs_may_be_missing() -> None:
    host = FakeOrganization()
    read = host.rows

    def without_ideas(entity_set: str, **options: Any) -> Iterator[dict[str, Any]]:
        if entity_set == "adx_ideaforums":
            raise OrganizationRefused("Resource not found", service_code="0x8006088a", status=404)
        return read(entity_set, **options)

    host.rows = without_ideas  # type: ignore[method-assign]
    assert not an_import(host, "custom").ensure().skipped
    with pytest.raises(OrganizationRefused):
        an_import(host, "community").ensure()


def test_two_portals_that_are_made_at_the_same_time_share_their_articles() -> None:
    host = FakeOrganization()
    work = an_import(host)
    articles = [row for row in work.rows if row.logical_name == "knowledgearticle"]
    taken = host.upsert_many

    def be_second(entity_set: str, logical_name: str, rows: Sequence[tuple[uuid.UUID, Mapping[str, Any]]]) -> None:
        if logical_name == "knowledgearticle" and articles[0].id not in host.tables.get(entity_set, {}):
            host.upsert(entity_set, articles[0].id, {"title": "The other portal's"})
            raise OrganizationRefused("A record with matching key values already exists.", service_code="0x80040237")
        taken(entity_set, logical_name, rows)

    host.upsert_many = be_second  # type: ignore[assignment]
    assert not work.ensure().skipped
    assert count(host, "knowledgearticles") == len(articles)
    assert host.tables["knowledgearticles"][articles[0].id]["title"] == "The other portal's"


def test_articles_that_other_portals_show_are_neither_doubled_nor_written_over() -> None:
    host = FakeOrganization()
    work = an_import(host)
    work.ensure()
    article = next(row for row in work.rows if row.logical_name == "knowledgearticle")
    host.upsert("knowledgearticles", article.id, {"title": "Changed by Sharron"})
    other = uuid.uuid4()
    rows = content_rows(
        portal_type="community",
        options=(),
        lcid=ENGLISH,
        website_id=other,
        website_name="Community",
        host="community.example",
        shared=shared_find(host, ENGLISH),
    )
    links = content_links(portal_type="community", options=(), lcid=ENGLISH, website_id=other)
    ContentImport(host, Keys(other, ENGLISH), rows, links, partial(universe, other), Lines()).ensure()
    assert host.tables["knowledgearticles"][article.id]["title"] == "Changed by Sharron"
    assert count(host, "adx_portallanguages") == 1
    assert count(host, "adx_websites") == 2


def test_a_refused_row_is_told_with_the_organizations_words() -> None:
    host = FakeOrganization()

    def refuse(entity_set: str, logical_name: str, rows: object) -> None:
        raise OrganizationRefused("no", service_code="0x80044331", service_text="A value is too long.", status=400)

    host.upsert_many = refuse  # type: ignore[method-assign]
    with pytest.raises(ContentRefused, match=r"adx_website: A value is too long\.") as refused:
        an_import(host).ensure()
    assert (refused.value.code, refused.value.context["service_code"]) == ("solutions:content-refused", "0x80044331")


def test_an_organization_that_loses_rows_is_found_out() -> None:
    host = FakeOrganization()
    taken = host.upsert_many

    def lose(entity_set: str, logical_name: str, rows: list[object]) -> None:
        taken(entity_set, logical_name, rows[1:] if logical_name == "adx_webpage" else rows)  # type: ignore[arg-type]

    host.upsert_many = lose  # type: ignore[assignment,method-assign]
    with pytest.raises(ContentRefused, match="1 rows are not there after the import"):
        an_import(host).ensure()


def test_administrators_may_edit_the_website() -> None:
    host = FakeOrganization()
    work = an_import(host)
    work.ensure()
    access, role = work.keys.id("adx_websiteaccess", "Administrators"), work.keys.id("adx_webrole", "Administrators")
    assert ("adx_websiteaccesses", access, "adx_websiteaccess_webrole", role) in host.links
    assert host.tables["adx_websiteaccesses"][access]["adx_previewunpublishedentities"] is True


def test_the_website_record_becomes_active_with_its_language_header_and_footer() -> None:
    host = FakeOrganization()
    an_import(host).ensure()
    assert host.tables["adx_websites"][WEBSITE]["statecode"] == 1
    assert not website(host).ensure(host, Lines()).skipped
    record = host.tables["adx_websites"][WEBSITE]
    assert (record["statecode"], record["adx_primarydomainname"]) == (0, "support.example")
    assert uuid.UUID(record["_adx_defaultlanguage_value"]) in host.tables["adx_websitelanguages"]
    header = host.tables["adx_webtemplates"][uuid.UUID(record["_adx_headerwebtemplateid_value"])]
    assert header["adx_name"] == "Header"
    assert website(host).ensure(host, Lines()).skipped


def test_a_later_import_does_not_switch_an_active_website_off() -> None:
    host = FakeOrganization()
    an_import(host).ensure()
    website(host).ensure(host, Lines())
    an_import(host, "custom").ensure()
    assert host.tables["adx_websites"][WEBSITE]["statecode"] == 0


def test_the_administrator_gets_a_contact_and_the_web_role() -> None:
    host = FakeOrganization()
    an_import(host, "custom").ensure()
    assert not Appointment(WEBSITE, JAY).ensure(host, Lines()).skipped
    (contact,) = host.tables["contacts"].values()
    assert (contact["firstname"], contact["lastname"]) == ("Jay", "Hamlin")
    assert Appointment(WEBSITE, JAY).ensure(host, Lines()).skipped
    assert count(host, "contacts") == 1


def test_a_contact_with_the_administrators_address_is_taken() -> None:
    host = FakeOrganization()
    an_import(host, "custom").ensure()
    jay = uuid.uuid4()
    host.upsert("contacts", jay, {"emailaddress1": JAY.email, "lastname": "Hamlin"})
    Appointment(WEBSITE, JAY).ensure(host, Lines())
    assert set(host.tables["contacts"]) == {jay}
    role = Keys(WEBSITE, ENGLISH).id("adx_webrole", "Administrators")
    assert ("adx_webroles", role, "adx_webrole_contact", jay) in host.links


def test_an_administrator_without_an_address_can_be_appointed_too() -> None:
    host = FakeOrganization()
    an_import(host, "custom").ensure()
    nameless = Administrator(JAY.id, "Jay", "")
    Appointment(WEBSITE, nameless).ensure(host, Lines())
    assert Appointment(WEBSITE, nameless).ensure(host, Lines()).skipped
    (contact,) = host.tables["contacts"].values()
    assert (contact["firstname"], contact["lastname"], contact["emailaddress1"]) == ("", "Jay", None)
