"""Which texts can be a portal's subdomain, and what is offered instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portals import messages
from portals.errors import SubdomainInvalid
from portals.subdomains import RESERVED, subdomain_availability, subdomain_suggest, subdomain_validate
from tests.builders.portals import portal_row
from tests.builders.provisioning import scene


@pytest.mark.parametrize("text", ["abc", "contoso-support", "a1b", "123", "a" * 50, "a--b"])
def test_a_good_subdomain_is_taken_as_it_is(text: str) -> None:
    assert subdomain_validate(text) == text


def test_upper_case_and_blanks_around_it_are_folded() -> None:
    assert subdomain_validate("  Contoso-SUPPORT ") == "contoso-support"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", messages.SUBDOMAIN_MISSING),
        ("   ", messages.SUBDOMAIN_MISSING),
        ("ab", messages.SUBDOMAIN_LENGTH),
        ("a" * 51, messages.SUBDOMAIN_LENGTH),
        ("-abc", messages.SUBDOMAIN_HYPHEN_ENDS),
        ("abc-", messages.SUBDOMAIN_HYPHEN_ENDS),
        ("contoso_support", messages.SUBDOMAIN_CHARACTERS),
        ("contoso support", messages.SUBDOMAIN_CHARACTERS),
        ("contoso.support", messages.SUBDOMAIN_CHARACTERS),
        ("süden", messages.SUBDOMAIN_CHARACTERS),
        ("\u212aontoso", messages.SUBDOMAIN_CHARACTERS),  # the Kelvin sign, whose lower case is an ASCII k
        ("contoso\x00", messages.SUBDOMAIN_CHARACTERS),
        ("con\ntoso", messages.SUBDOMAIN_CHARACTERS),
        ("１２３", messages.SUBDOMAIN_CHARACTERS),
        ("xn--contoso-x", messages.SUBDOMAIN_PUNYCODE),
        ("ab--contoso", messages.SUBDOMAIN_PUNYCODE),
        ("www", messages.SUBDOMAIN_RESERVED.format(subdomain="www")),
        ("ADMIN", messages.SUBDOMAIN_RESERVED.format(subdomain="admin")),
        ("localhost", messages.SUBDOMAIN_RESERVED.format(subdomain="localhost")),
    ],
)
def test_each_refusal_has_its_own_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SubdomainInvalid) as refused:
        subdomain_validate(text)
    assert (refused.value.message, refused.value.code) == (sentence, "portals:subdomain-invalid")
    assert refused.value.field == "subdomain"


@given(st.text(max_size=70))
def test_what_is_accepted_fits_the_rows_constraint(text: str) -> None:
    try:
        subdomain = subdomain_validate(text)
    except SubdomainInvalid:
        return
    assert 3 <= len(subdomain) <= 50
    assert set(subdomain) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not subdomain.startswith("-")
    assert not subdomain.endswith("-")


@pytest.mark.parametrize("word", ["www", "admin", "api", "localhost", "mail", "portals", "org", "hub"])
def test_words_with_a_meaning_of_their_own_are_reserved(word: str) -> None:
    assert word in RESERVED


@pytest.mark.django_db
def test_a_free_subdomain_is_available() -> None:
    assert subdomain_availability("Contoso-Support").available


@pytest.mark.django_db
def test_a_taken_subdomain_comes_with_one_that_is_free() -> None:
    organization = scene().organization
    for taken in ("contoso", "contoso-2", "contoso-3"):
        portal_row(organization, subdomain=taken)
    found = subdomain_availability("contoso")
    assert not found.available
    assert found.suggestion == "contoso-4"
    assert found.reason == "contoso is already in use. Try contoso-4"
    assert subdomain_availability(found.suggestion).available


@pytest.mark.django_db
def test_a_suggestion_for_the_longest_subdomain_is_not_too_long() -> None:
    suggestion = subdomain_suggest("a" * 50)
    assert subdomain_validate(suggestion) == suggestion


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("Contoso Süd!", "contoso-sud"), ("-contoso-", "contoso"), ("www", ""), ("***", ""), ("x", "")],
)
def test_a_text_that_cannot_be_one_comes_with_what_may_have_been_meant(text: str, suggestion: str) -> None:
    found = subdomain_availability(text)
    assert not found.available
    assert found.suggestion == suggestion
