"""What a feature can show beside its objects: a heading, another template, a document."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import pytest

from tests.builders.websites import SiteInMemory, open_portal
from tests.websites.visitor import Visitor
from websites.features import ActionCall, ActionDone, Document, Feature, Opened, feature_register
from websites.features.registry import FEATURES
from websites.objects.scene import Heading, Scene

PAGE = "{% for crumb in page.breadcrumbs %}{{ crumb.title }}={{ crumb.url }} {% endfor %}{{ page.title }} {{ thing }}"


@pytest.fixture
def shelf(site: SiteInMemory) -> Generator[dict[str, Opened], None, None]:
    """A feature at /shelf/ that shows what the test puts there by tail, and takes the form ``lend``."""
    things: dict[str, Opened] = {}
    before = dict(FEATURES)

    def show(scene: Scene) -> Mapping[str, object] | Opened:
        return things.get(scene.tail, {"thing": "nothing"})

    def lend(call: ActionCall) -> ActionDone:
        return ActionDone("/shelf/", "lent", params={"page": "2"}, anchor="p 7")

    feature_register(Feature("Shelf", show, actions={"lend": lend}, takes_tail=True, is_live=False))
    for name in ("Shelf", "Other"):
        site.templates[name] = site.template(name, f"{name}: {PAGE}")
    site.page("Shelf", "shelf", parent=site.home, template="Shelf", marker="Shelf")
    yield things
    FEATURES.clear()
    FEATURES.update(before)


def test_a_thing_has_its_own_title_and_place(visitor: Visitor, site: SiteInMemory, shelf: dict[str, Opened]) -> None:
    open_portal(site.id)
    shelf["b"] = Opened({"thing": "a book"}, Heading("The book", above=(("Books", "/shelf/books/"),)))
    assert visitor.get("/shelf/b/").text == "Shelf: Home=/ Shelf=/shelf/ Books=/shelf/books/ The book a book"
    assert visitor.get("/shelf/").text == "Shelf: Home=/ Shelf nothing"


def test_a_thing_may_have_another_template_and_one_that_is_gone_counts_as_none(
    visitor: Visitor, site: SiteInMemory, shelf: dict[str, Opened]
) -> None:
    open_portal(site.id)
    shelf["b"] = Opened(template_id=site.page_template("Other"))
    shelf["c"] = Opened(template_id="11111111-1111-4111-8111-111111111111")
    assert visitor.get("/shelf/b/").text.startswith("Other: ")
    assert visitor.get("/shelf/c/").text.startswith("Shelf: ")


def test_a_thing_says_for_itself_whether_it_is_made_anew(
    visitor: Visitor, site: SiteInMemory, shelf: dict[str, Opened]
) -> None:
    open_portal(site.id)
    shelf["b"] = Opened(is_live=True)
    assert visitor.get("/shelf/b/").headers["cache-control"] == "private, no-store"
    assert "etag" in visitor.get("/shelf/").headers


def test_a_document_is_answered_instead_of_a_page(
    visitor: Visitor, site: SiteInMemory, shelf: dict[str, Opened]
) -> None:
    open_portal(site.id)
    shelf["feed"] = Opened(document=Document("<feed/>", "application/atom+xml"))
    answer = visitor.get("/shelf/feed/")
    assert (answer.text, answer.headers["content-type"]) == ("<feed/>", "application/atom+xml; charset=utf-8")


def test_a_form_leads_to_a_page_of_a_list_and_a_place_on_it(
    visitor: Visitor, site: SiteInMemory, shelf: dict[str, Opened]
) -> None:
    open_portal(site.id)
    answer = visitor.post("/shelf/", {"_action": "lend"})
    assert answer.headers["location"] == "/shelf/?page=2&notice=lent#p%207"
