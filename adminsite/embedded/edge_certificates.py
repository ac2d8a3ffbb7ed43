"""Where the edge takes certificates from that are not its own: a listener on loopback, in the same Caddy.

A handshake for a custom host asks that listener (``get_certificate``, Caddy's HTTP certificate manager). It looks into
a folder first, where the edge's agent keeps one file for each bound host, and asks the administration center for what
is not there. So a certificate is bound, replaced and removed without touching this configuration: Caddy keeps nothing
that the manager gave it, and a reload would lose requests. The folder is served with everything else stopped.

Caddy asks with a client that has no time limit, over TCP only; so the limits stand here, and a secret in Basic
authentication keeps the machine's other accounts out, whom loopback does not.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from adminsite.embedded.edge_automatic import Automatic, issuers, marked

Json = dict[str, Any]

USER = "edge"  # of the Basic authentication
SECOND = 1_000_000_000
CERTIFICATE_PATH, ASK_PATH = "/_edge/cert", "/_edge/ask"
NAME, ASKED = "{http.request.uri.query.server_name}", "{http.request.uri.query.domain}"
# A host name and nothing else may become a file name: no slash, no dot first, no NUL. Caddy gives the name as it came.
HOST = r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"
HOST_WITH_CAPITALS = r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
# The only way that Caddy has to fold a name's case. The file's root is the folder; nothing else can be read.
FOLDED = (
    '{{$file := printf "/%s.pem" (lower (.Req.URL.Query.Get "server_name"))}}'
    "{{if fileExists $file}}{{readFile $file}}{{else}}{{httpError 404}}{{end}}"
)


@dataclass(frozen=True)
class CertificateSource:
    """The folder of the files, the loopback ``host:port`` to listen on, and the secret shared with the web process.

    ``automatic`` is the authority of automatic certificates; None = there are none.
    """

    folder: str
    address: str
    secret: str
    automatic: Automatic | None = None


def certificate_policy(source: CertificateSource) -> Json:
    """The automation policy for every name that no other policy is for.

    ``get_certificate`` is asked first; the issuer's turn comes after its 204, for names that the permission below lets
    through.
    """
    manager = {"get_certificate": [{"via": "http", "url": _url(source, CERTIFICATE_PATH)}]}
    return {**manager, "on_demand": True, "issuers": issuers(source.automatic)} if source.automatic else manager


def certificate_permission(source: CertificateSource) -> Json:
    """Who may have a certificate issued: asked of the same listener."""
    return {"permission": {"module": "http", "endpoint": _url(source, ASK_PATH)}}


def certificate_server(source: CertificateSource, web: tuple[str, ...], admin_host: str) -> Json:
    """The listener: permission, secret, folder, and then the web process."""
    return {
        "listen": [source.address],
        "routes": [
            _stranger(source),
            *_ask(source, web, admin_host),
            _file(source),
            _file_of_folded_name(source),
            *_automatic(source),
            _control_plane(web, admin_host),
        ],
        "errors": {"routes": [{**_control_plane(web, admin_host), **_not_found()}, {"handle": [_status(502)]}]},
        "protocols": ["h1"],
        "automatic_https": {"disable": True},
        "read_header_timeout": 2 * SECOND,
        "max_header_bytes": 16 * 1024,
    }


def _ask(source: CertificateSource, web: tuple[str, ...], admin_host: str) -> list[Json]:
    """Whoever the folder marks may have a certificate issued; of others the web process knows. Else nobody may."""
    asked = {"path": [ASK_PATH]}
    if source.automatic is None:
        return [{"match": [asked], "handle": [_status(403)], "terminal": True}]
    yes = {"match": [{**asked, **marked(source.folder, ASKED, HOST)}], "handle": [_status(200)], "terminal": True}
    return [yes, {"match": [asked], "handle": [_web(web, admin_host)], "terminal": True}]


def _automatic(source: CertificateSource) -> list[Json]:
    """No uploaded certificate: said here, so that automatic ones are served with the web process stopped too."""
    if source.automatic is None:
        return []
    return [{"match": [marked(source.folder, NAME, HOST)], "handle": [_status(204)], "terminal": True}]


def _stranger(source: CertificateSource) -> Json:
    known = {"header": {"Authorization": [authorization(source.secret)]}, "path": [CERTIFICATE_PATH, ASK_PATH]}
    return {"match": [{"not": [known]}], "handle": [_status(403)], "terminal": True}


def _file(source: CertificateSource) -> Json:
    """The host's file, if it is there; else the next route's turn."""
    serve = {"handler": "file_server", "root": source.folder, "pass_thru": True, "canonical_uris": False}
    routes = [{"handle": [{"handler": "rewrite", "uri": f"/{NAME}.pem"}, serve]}]
    return {"match": [_named(HOST)], "handle": [{"handler": "subroute", "routes": routes}]}


def _file_of_folded_name(source: CertificateSource) -> Json:
    """Browsers send lower case; whoever does not is served all the same, and with the web process stopped too."""
    unfolded = {**_named(HOST_WITH_CAPITALS), "not": [_named(HOST)]}
    answer = {"handler": "static_response", "headers": {"Content-Type": ["text/plain"]}, "body": FOLDED}
    return {"match": [unfolded], "handle": [{"handler": "templates", "file_root": source.folder}, answer]}


def _control_plane(web: tuple[str, ...], admin_host: str) -> Json:
    """What is bound so lately that its file is not there yet, or nothing. Never for longer than 2 s."""
    rewrite = {"handler": "rewrite", "uri": CERTIFICATE_PATH}
    return {"handle": [rewrite, _web(web, admin_host)], "terminal": True}


def _web(web: tuple[str, ...], admin_host: str) -> Json:
    return {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": address} for address in web],
        "transport": {"protocol": "http", "dial_timeout": SECOND, "response_header_timeout": 2 * SECOND},
        "headers": {"request": {"set": {"Host": [admin_host]}}},
    }


def _not_found() -> Json:
    return {"match": [{"expression": "{http.error.status_code} == 404"}]}


def _named(pattern: str) -> Json:
    return {"vars_regexp": {NAME: {"pattern": pattern}}}


def _status(status: int) -> Json:
    return {"handler": "static_response", "status_code": status}


def _url(source: CertificateSource, path: str) -> str:
    return f"http://{USER}:{source.secret}@{source.address}{path}"


def authorization(secret: str) -> str:
    """The header by which the edge is known (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{USER}:{secret}".encode()).decode()
