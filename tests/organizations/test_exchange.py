"""How the client takes what networks and strange servers do to it."""

import ssl
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from django.test.utils import override_settings

from organizations.client import WebApiClient, addresses, tokens, transport
from organizations.client.addresses import target_for
from organizations.client.exchange import Exchange, Limits
from organizations.client.tokens import Credentials
from organizations.errors import OrganizationProblem, OrganizationRefused, OrganizationUnavailable

CREDENTIALS = Credentials("https://org.example/a", "client", "secret", "https://org.example")
Answering = Callable[[httpx.Request], httpx.Response]


class Server:
    """A server that answers as told; ``seen`` are the requests that reached it."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.seen: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("organizations.client.session.token_get", lambda credentials: "token")


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client_to(monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> Callable[[Server], WebApiClient]:
    def made(server: Server) -> WebApiClient:
        monkeypatch.setattr(transport, "transport_make", lambda: httpx.MockTransport(server))
        return WebApiClient(CREDENTIALS, exchange=Exchange(sleep=slept.append))

    return made


def ok(body: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json=body)


ME = {name: str(uuid.uuid4()) for name in ("UserId", "BusinessUnitId", "OrganizationId")}


def test_a_read_is_repeated_after_a_lost_answer(client_to: Callable[[Server], WebApiClient]) -> None:
    server = Server(httpx.ReadError("gone"), httpx.ReadTimeout("slow"), ok(ME))
    assert client_to(server).who_am_i()
    assert len(server.seen) == 3


def test_writes_by_id_are_repeated(client_to: Callable[[Server], WebApiClient]) -> None:
    writes: tuple[Callable[[WebApiClient], None], ...] = (
        lambda client: client.upsert("contacts", uuid.uuid4(), {}),
        lambda client: client.delete("contacts", uuid.uuid4()),
        lambda client: client.upsert_many("contacts", "contact", [(uuid.uuid4(), {})]),
        lambda client: client.associate("contacts", uuid.uuid4(), "n", "roles", uuid.uuid4()),
    )
    for write in writes:
        server = Server(httpx.ReadError("gone"), httpx.Response(204))
        write(client_to(server))
        assert len(server.seen) == 2


def test_an_import_is_never_repeated(client_to: Callable[[Server], WebApiClient]) -> None:
    for answer in (httpx.ReadError("gone"), httpx.Response(429, headers={"Retry-After": "0"}), httpx.Response(500)):
        server = Server(answer)
        with pytest.raises(OrganizationUnavailable):
            client_to(server).import_solution(upload_id=uuid.uuid4(), import_job_id=uuid.uuid4())
        assert len(server.seen) == 1


def test_retry_after_is_honoured_and_long_ones_are_left_to_the_caller(
    client_to: Callable[[Server], WebApiClient], slept: list[float]
) -> None:
    client_to(Server(httpx.Response(429, headers={"Retry-After": "2"}), ok(ME))).who_am_i()
    assert slept == [2.0]
    server = Server(httpx.Response(429, headers={"Retry-After": "30"}))
    with pytest.raises(OrganizationUnavailable) as busy:
        client_to(server).who_am_i()
    assert (busy.value.retry_after, busy.value.code, len(server.seen)) == (30.0, "organizations:busy", 1)
    assert slept == [2.0]


@pytest.mark.parametrize(
    ("answer", "code", "permanent"),
    [
        (httpx.Response(500, text="oops"), "organizations:unavailable", False),
        (httpx.Response(503), "organizations:unavailable", False),
        (httpx.Response(429), "organizations:busy", False),
        (httpx.Response(200, text="<html>Sign in</html>"), "organizations:bad-answer", False),
        (httpx.Response(200, text='{"UserId": "1'), "organizations:bad-answer", False),
        (httpx.Response(200, text="[]"), "organizations:bad-answer", False),
        (httpx.Response(200, text="{}"), "organizations:bad-answer", False),
        (httpx.Response(200, content=b"\xff\xfe"), "organizations:bad-answer", False),
        (httpx.Response(302, headers={"Location": "https://evil.example"}), "organizations:redirected", True),
        (httpx.Response(400, json={"error": {"code": "0x1", "message": "m"}}), "organizations:refused", True),
        (httpx.Response(404, text="nothing"), "organizations:refused", True),
        (httpx.Response(401), "organizations:not-allowed", True),
        (httpx.Response(403), "organizations:not-allowed", True),
        (httpx.ConnectTimeout("slow"), "organizations:timeout", False),
        (httpx.ConnectError("refused"), "organizations:unreachable", False),
        (httpx.RemoteProtocolError("cut off"), "organizations:unreachable", False),
    ],
)
def test_every_answer_is_told_permanent_or_passing(
    client_to: Callable[[Server], WebApiClient], answer: httpx.Response | Exception, code: str, permanent: bool
) -> None:
    with pytest.raises(OrganizationProblem) as problem:
        client_to(Server(answer)).who_am_i()
    assert (problem.value.code, problem.value.permanent) == (code, permanent)


def test_a_certificate_that_cannot_be_trusted_is_permanent(client_to: Callable[[Server], WebApiClient]) -> None:
    error = httpx.ConnectError("tls")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    with pytest.raises(OrganizationRefused) as refused:
        client_to(Server(error)).who_am_i()
    assert refused.value.code == "organizations:certificate"


def test_an_answer_that_drips_is_cut_off(client_to: Callable[[Server], WebApiClient]) -> None:
    class Drip(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield b" "

    client = client_to(Server(ok({})))
    client.session.exchange._http = httpx.Client(
        transport=httpx.MockTransport(lambda request: httpx.Response(200, stream=Drip()))
    )
    with pytest.raises(OrganizationUnavailable) as slow:
        client.session.exchange.fetch("GET", "https://org.example/", limits=Limits(overall=0.05))
    assert slow.value.code == "organizations:timeout"


def test_an_answer_without_end_is_cut_off(
    client_to: Callable[[Server], WebApiClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Exchange, "largest_answer", 10)
    with pytest.raises(OrganizationRefused):
        client_to(Server(httpx.Response(200, text="x" * 11))).who_am_i()


def test_a_next_link_to_another_host_is_not_followed(client_to: Callable[[Server], WebApiClient]) -> None:
    page = {"value": [], "@odata.nextLink": "https://evil.example/api/data/v9.2/contacts"}
    server = Server(ok(page))
    with pytest.raises(OrganizationRefused) as refused:
        list(client_to(server).rows("contacts"))
    assert refused.value.code == "organizations:redirected"
    assert [request.url.host for request in server.seen] == ["org.example"]


def test_names_in_a_filter_are_encoded(client_to: Callable[[Server], WebApiClient]) -> None:
    server = Server(ok({"value": []}))
    list(client_to(server).rows("contacts", filter="fullname eq 'A&B #1 + 2%'"))
    assert b"%26B%20%231%20%2B%202%25" in server.seen[0].url.raw_path


def test_one_new_token_is_tried_after_a_401(
    client_to: Callable[[Server], WebApiClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[Credentials] = []
    monkeypatch.setattr("organizations.client.session.token_forget", forgotten.append)
    server = Server(httpx.Response(401), ok(ME))
    assert client_to(server).who_am_i()
    assert forgotten == [CREDENTIALS]
    assert "secret" not in repr(CREDENTIALS)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
        "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1",
    ],
)  # fmt: skip
def test_names_of_private_addresses_are_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setattr(addresses, "_resolve", lambda host: ["93.184.216.34", address])
    with pytest.raises(OrganizationRefused) as refused:
        target_for(httpx.URL("https://org.example/"))
    assert refused.value.code == "organizations:address-refused"


def test_plain_http_is_refused() -> None:
    with pytest.raises(OrganizationRefused):
        target_for(httpx.URL("http://localhost/"))


def test_a_name_is_connected_to_at_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_resolve", lambda host: ["93.184.216.34"])
    target = target_for(httpx.URL("https://org.example:444/"))
    assert (target.address, target.port, target.is_edge) == ("93.184.216.34", 444, False)


@override_settings(PORTAL_ADMIN_HOST="admin.example", PORTAL_EDGE_ADDRESS="127.0.0.1:9443")
def test_our_own_names_are_never_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_resolve", lambda host: pytest.fail("resolved"))
    for host in ("admin.example", "x.admin.example"):
        target = target_for(httpx.URL(f"https://{host}/org/contoso"))
        assert (target.address, target.port, target.is_edge) == ("127.0.0.1", 9443, True)
    monkeypatch.setattr(addresses, "_resolve", lambda host: ["127.0.0.1"])
    with pytest.raises(OrganizationRefused):
        target_for(httpx.URL("https://evil-admin.example/"))


def test_a_name_that_does_not_resolve_may_pass() -> None:
    with pytest.raises(OrganizationUnavailable) as unknown:
        target_for(httpx.URL("https://nosuch.invalid/"))
    assert unknown.value.code == "organizations:name-unknown"


def test_entra_and_embedded_authorities_are_asked_in_their_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[dict[str, Any]] = []

    class Application:
        def __init__(self, client_id: str, **options: Any) -> None:
            made.append(options)

        def acquire_token_for_client(self, scopes: list[str]) -> dict[str, str]:
            return {"access_token": scopes[0]}

    monkeypatch.setattr("msal.ConfidentialClientApplication", Application)
    tokens.tokens_forget()
    entra = Credentials("https://login.microsoftonline.com/tenant", "c", "s", "https://org.crm.dynamics.com")
    assert tokens.token_get(entra) == "https://org.crm.dynamics.com/.default"
    assert tokens.token_get(CREDENTIALS)
    assert [set(options) & {"authority", "oidc_authority"} for options in made] == [{"authority"}, {"oidc_authority"}]
    tokens.tokens_forget()
