"""Cases on a portal: opened after articles were offered, followed, answered, closed, opened again, each one's own."""

from __future__ import annotations

import uuid

import pytest

from portals.models import Portal
from tests.builders.visitors import MARIA, signed_in
from tests.builders.websites import RowsInMemory, open_portal, starter_site
from tests.websites.case_rows import case_put, note_put, only
from tests.websites.visitor import Visitor
from websites.features.cases.deflecting import articles_for

PAUL, ADVENTURE = uuid.UUID(int=7), uuid.UUID("44444444-4444-4444-8444-444444444444")
NEW, PDF = "/support/create-case/", b"%PDF-1.7\nhello"
WHOLE = {
    "_action": "create",
    "title": "Boiler leaks",
    "description": "It drips.",
    "type": "2",
    "priority": "1",
    "_once": "w1",
}


@pytest.fixture
def portal(rows: RowsInMemory, visitor: Visitor) -> Portal:
    made = open_portal(starter_site(rows, "customer_self_service"))
    visitor.cookie = signed_in(made, account_id=ADVENTURE)
    return made


# --- The list


def test_a_visitor_sees_their_own_cases_and_the_companys_and_no_others(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    case_put(rows, "CAS-1")
    case_put(rows, "CAS-2", ADVENTURE)
    case_put(rows, "CAS-3", PAUL)
    page = visitor.get("/support/").text
    assert "Title of CAS-1" in page
    assert "Title of CAS-2" in page
    assert "Title of CAS-3" not in page


def test_cases_are_listed_by_state_found_by_words_and_paged(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    for number in range(12):
        case_put(rows, f"CAS-1{number:02d}", createdon=f"2026-10-{number + 1:02d}T08:00:00Z")
    case_put(rows, "CAS-900", statecode=1, statuscode=5)
    assert [visitor.get(f"/support/{query}").text.count('scope="row"') for query in ("", "?page=2")] == [10, 2]
    assert "Title of CAS-900" in visitor.get("/support/?state=closed").text
    assert "Title of CAS-900" not in visitor.get("/support/").text
    assert visitor.get("/support/?state=all&q=cas-103").text.count('scope="row"') == 1
    assert "There are no cases here." in visitor.get("/support/?q=%27%20or%20true").text
    assert visitor.get(f"/support/?q={'x' * 1900}&state=odd&page=99999999999").status == 200


@pytest.mark.parametrize("path", ["/support/", NEW, "/support/case/CAS-1/"])
def test_who_is_not_signed_in_is_sent_to_sign_in(visitor: Visitor, portal: Portal, path: str) -> None:
    visitor.cookie = ""
    assert visitor.get(path).headers["location"] == f"/signin/?return={path}"


def test_a_form_of_somebody_who_is_not_signed_in_opens_no_case(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    visitor.cookie = ""
    assert visitor.post(NEW, WHOLE).headers["location"] == f"/signin/?return={NEW}"
    assert not rows.tables.get("incidents")


# --- Opening one


def test_the_title_comes_first_and_articles_are_offered_to_it(visitor: Visitor, portal: Portal) -> None:
    first = visitor.get(NEW).text
    assert "<textarea" not in first
    second = visitor.get(f"{NEW}?title=I+forgot+my+password").text
    assert "Reset your password" in second
    assert "<textarea" in second
    assert 'value="I forgot my password"' in second
    assert "We found no article" in visitor.get(f"{NEW}?title=zzz").text


def test_articles_are_ranked_by_the_rarest_words_they_share(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    from websites.runtime import runtime

    visitor.get("/")
    edition = next(iter(runtime().sites._held.values())).loaded.site.default  # type: ignore[union-attr]
    assert articles_for(edition, "my parcel: how can I track the order?")[0].title == "Track your order"
    assert articles_for(edition, "returning a product I ordered")[0].title == "Return a product"
    assert articles_for(edition, "") == []
    assert articles_for(edition, "the a of " + "x" * 5000) == []


def test_a_case_is_opened_once_with_the_visitor_as_customer(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    answers = [visitor.post(NEW, WHOLE) for _ in range(2)]
    assert {answer.headers["location"] for answer in answers} == {"/support/case/CAS-00001-A1B2C3/?notice=case-created"}
    case = only(rows, "incidents")
    assert (case["title"], case["description"], case["casetypecode"], case["prioritycode"]) == (
        "Boiler leaks",
        "It drips.",
        2,
        1,
    )
    assert (case["_customerid_value"], case["caseorigincode"]) == (str(MARIA), 3)
    page = visitor.get(answers[0].headers["location"]).text
    assert "Your case is opened." in page
    assert "In progress" in page
    assert 'href="/support/case/"' not in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"description": ""}, "description"),
        ({"description": "x" * 2001}, "description"),
        ({"type": "9"}, "type"),
        ({"priority": "high"}, "priority"),
    ],
)
def test_what_cannot_be_accepted_is_said_at_its_field_and_stays_typed(
    visitor: Visitor, rows: RowsInMemory, portal: Portal, change: dict[str, str], field: str
) -> None:
    answer = visitor.post(NEW, {**WHOLE, **change})
    assert answer.status == 400
    assert f'id="{field}-problem"' in answer.text
    assert ("It drips." in answer.text) == ("description" not in change)
    assert 'name="_once" value="w1"' in answer.text
    assert not rows.tables.get("incidents")


def test_while_the_organization_is_away_nothing_typed_is_lost(
    visitor: Visitor, rows: RowsInMemory, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.get("/")
    monkeypatch.setattr(rows, "upsert", lambda *_: next(rows.rows("x")))
    rows.is_away = True
    answer = visitor.post(NEW, WHOLE)
    assert answer.status == 503
    assert "It drips." in answer.text
    assert "try again" in answer.text


def test_a_forged_customer_in_the_form_counts_for_nothing(visitor: Visitor, rows: RowsInMemory, portal: Portal) -> None:
    visitor.post(NEW, {**WHOLE, "customerid": str(PAUL), "customerid_contact@odata.bind": f"/contacts({PAUL})"})
    assert only(rows, "incidents")["_customerid_value"] == str(MARIA)


# --- One case


def test_a_case_shows_what_has_happened_in_order(visitor: Visitor, rows: RowsInMemory, portal: Portal) -> None:
    id_, path = case_put(rows)
    about = {"_regardingobjectid_value": id_, "_regardingobjectid_incident_adx_portalcomment_value": id_}
    for at, direction, subject, text in (
        ("05", 2, "Re: Boiler", "Please send a photo."),
        ("06", 1, "Reply by Maria Campbell", "Here it is."),
        ("04", 1, "Reply by Paul Cannon", "Mine does too."),
    ):
        values = {"adx_portalcommentdirectioncode": direction, "subject": subject, "description": text}
        rows.put("adx_portalcomments", str(uuid.uuid4()), createdon=f"2026-11-{at}T08:00:00Z", **values, **about)
    note_put(rows, id_, notetext="*WEB*We look into it.")
    note_put(rows, id_, notetext="Not for the customer.")
    page = visitor.get(path).text
    told = ["It drips.", "We look into it.", "Mine does too.", "Please send a photo.", "Here it is."]
    assert [page.index(text) for text in told] == sorted(page.index(text) for text in told)
    assert "Not for the customer." not in page
    assert "Paul Cannon" in page
    assert page.count("(you)") == 1
    assert page.count("Customer service") == 2


@pytest.mark.parametrize(
    "tail", ["CAS-3/", "nothing/", "CAS-1%27%20or%20%271%27%20eq%20%271/", f"{'x' * 101}/", "CAS-1/odd/x/"]
)
def test_a_case_that_is_not_the_visitors_is_not_there(
    visitor: Visitor, rows: RowsInMemory, portal: Portal, tail: str
) -> None:
    case_put(rows, "CAS-1")
    case_put(rows, "CAS-3", PAUL)
    assert visitor.get(f"/support/case/{tail}").status == 404
    for action in ("reply", "close", "reopen"):
        assert visitor.post(f"/support/case/{tail}", {"_action": action, "text": "x"}).status == 404
    assert not rows.tables.get("adx_portalcomments")
    assert {row["statecode"] for row in rows.tables["incidents"].values()} == {0}


def test_a_reply_is_a_comment_from_the_customer_once(visitor: Visitor, rows: RowsInMemory, portal: Portal) -> None:
    id_, path = case_put(rows)
    for _ in range(2):
        answer = visitor.post(path, {"_action": "reply", "text": "Still leaks.\r\nBadly.", "_once": "w"})
    assert answer.headers["location"] == f"{path}?notice=case-replied#timeline"
    comment = only(rows, "adx_portalcomments")
    assert (comment["description"], comment["adx_portalcommentdirectioncode"]) == ("Still leaks.\nBadly.", 1)
    assert (comment["subject"], comment["_regardingobjectid_value"]) == ("Reply by Maria Campbell", id_)
    assert "Still leaks.<br>Badly." in visitor.get(path).text


def test_an_empty_or_endless_reply_is_refused(visitor: Visitor, rows: RowsInMemory, portal: Portal) -> None:
    _, path = case_put(rows)
    for text in ("", " \n", "x" * 2001):
        answer = visitor.post(path, {"_action": "reply", "text": text})
        assert answer.status == 400
        assert 'id="reply-text-problem"' in answer.text
    assert not rows.tables.get("adx_portalcomments")


def test_a_case_is_closed_and_opened_again_and_both_sides_read_why(
    visitor: Visitor, rows: RowsInMemory, portal: Portal
) -> None:
    id_, path = case_put(rows)
    assert (
        "notice=case-closed"
        in visitor.post(path, {"_action": "close", "text": "A seal", "_once": "a"}).headers["location"]
    )
    closed = rows.tables["incidents"][id_]
    assert (closed["statecode"], closed["statuscode"], closed["adx_resolution"]) == (1, 5, "A seal")
    assert rows.resolutions == ["Closed the case.\n\nA seal"]
    page = visitor.get(path).text
    assert "Solved" in page
    assert 'value="reply"' not in page
    assert "This case is closed." in visitor.post(path, {"_action": "reply", "text": "x"}).text
    assert visitor.post(path, {"_action": "reopen", "text": ""}).status == 400
    visitor.post(path, {"_action": "reopen", "text": "It drips again", "_once": "b"})
    opened = rows.tables["incidents"][id_]
    assert (opened["statecode"], opened["statuscode"], opened["adx_resolution"]) == (0, 1, None)
    notes = [note["notetext"] for note in rows.tables["annotations"].values()]
    assert notes == ["*WEB*Closed the case.\n\nA seal", "*WEB*Opened the case again.\n\nIt drips again"]
    assert f"[contact:{MARIA}]" in str(rows.tables["annotations"])
    assert visitor.post(path, {"_action": "reopen", "text": "again"}).status == 400
