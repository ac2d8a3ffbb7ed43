"""Sealed secrets."""

import pytest

from core import sealed


def test_a_sealed_secret_opens_for_its_own_row() -> None:
    value = sealed.secret_seal("s3cret", row="organization:1")
    assert "s3cret" not in value
    assert sealed.secret_open(value, row="organization:1") == "s3cret"


def test_a_sealed_secret_copied_into_another_row_does_not_open() -> None:
    value = sealed.secret_seal("s3cret", row="organization:1")
    with pytest.raises(sealed.SealBroken):
        sealed.secret_open(value, row="organization:2")


@pytest.mark.parametrize("text", ["", "k1", "k1:%%%", "k1:c2hvcnQ="])
def test_a_wrong_keyring_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        sealed.keyring_parse(text)
