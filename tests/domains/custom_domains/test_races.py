"""Two at once: one wins, and the other is told so."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from core.errors import PortalAdminError
from domains.models import CustomDomain
from operations.models import Operation
from tests.builders.adminsite import cast
from tests.builders.certificates import certificate_made
from tests.builders.custom_domains import domain_started
from tests.builders.portals import portal_row

HOST = "support.customers.test"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("portals", [1, 2])
def test_of_two_requests_at_once_one_gets_the_name(portals: int) -> None:
    people = cast()
    certificate = certificate_made(HOST, organization=people.contoso)
    places = [portal_row(people.contoso) for _ in range(portals)] * (3 - portals)
    together, codes = threading.Barrier(2), list[str]()

    def add(number: int) -> None:
        together.wait(10)
        try:
            domain_started(people.alice, places[number], HOST, certificate)
            codes.append("won")
        except PortalAdminError as lost:
            codes.append(lost.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(codes)[1] == "won"
    assert sorted(codes)[0] in ({"domains:host-taken"} if portals == 2 else {"domains:host-taken", "domains:only-one"})
    assert CustomDomain.objects.count() == Operation.objects.count() == 1
