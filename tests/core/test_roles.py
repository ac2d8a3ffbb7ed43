import pytest

from core.models import User


@pytest.mark.django_db
def test_an_account_is_known_by_its_address() -> None:
    alice = User.objects.create_user("Alice@Contoso.example", "correct horse battery")
    assert alice.email == "alice@contoso.example"
