"""The edge's configuration: TLS and one reverse proxy in front of the administration center and the websites.

A value in, a document out (Caddy's JSON): the embedded shape and docker-compose use the same one. Nothing in it names a
portal, so that a new portal or certificate never needs a reload, which would drop requests (edge_certificates.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from adminsite.embedded.edge_automatic import custom_hosts_policy
from adminsite.embedded.edge_certificates import (
    CertificateSource,
    Json,
    certificate_permission,
    certificate_policy,
    certificate_server,
)

# Set or removed by the proxy itself. Underscores too: WSGI cannot tell X_Forwarded_For from X-Forwarded-For.
FORGED = ("Forwarded", "X-Real-Ip", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Scheme", "X-Forwarded-Ssl")
LOOPBACK_HOSTS = ("127.0.0.1", "[::1]", "::1")
STARTING = "The service is starting or restarting. Please try again in a moment.\n"
MEBIBYTE = 1024 * 1024
SECOND = 1_000_000_000
# Not what comes compressed from its maker, as a finished page of a portal does.
COMPRESS = {"handler": "encode", "encodings": {"zstd": {}, "gzip": {}}, "prefer": ["zstd", "gzip"]}
PAGE_READ = 32 * 1024  # a page's whole answer by one call of the system; Caddy's own buffer of 4 KiB needs several


@dataclass(frozen=True)
class Edge:
    """What the edge needs to know. Addresses are ``host:port``; several of a kind share the load."""

    admin_host: str
    base_domain: str
    https_port: int
    http_port: int
    web: tuple[str, ...]
    websites: tuple[str, ...]
    admin_socket: str
    storage: str
    certificates: CertificateSource
    listen: tuple[str, ...] = ("",)  # addresses to bind; "" is every one of the machine


def edge_configuration(edge: Edge) -> Json:
    """The whole document for ``caddy run --config``."""
    return {
        "admin": {"listen": f"unix/{edge.admin_socket}|0600", "config": {"persist": False}},
        "logging": {"logs": {"default": {"level": "WARN", "encoder": {"format": "console"}}}},
        "storage": {"module": "file_system", "root": edge.storage},
        "apps": {
            "http": {
                "http_port": edge.http_port,
                "https_port": edge.https_port,
                "grace_period": 2 * SECOND,
                "servers": {
                    "secure": _secure(edge),
                    "plain": _plain(edge),
                    "certificates": certificate_server(edge.certificates, edge.web, edge.admin_host),
                },
            },
            "tls": _tls(edge),
            "pki": {"certificate_authorities": {"local": {"name": "Portal local authority", "install_trust": False}}},
        },
    }


def _secure(edge: Edge) -> Json:
    return {
        "listen": _listen(edge, edge.https_port),
        "routes": _proxies(edge),
        "errors": {"routes": [_starting()]},
        "tls_connection_policies": custom_hosts_policy(_names(edge)) if edge.certificates.automatic else [{}],
        "strict_sni_host": True,
        "protocols": ["h1", "h2", "h3"],
        "automatic_https": {"disable": True},
        **_limits(),
    }


def _plain(edge: Edge) -> Json:
    """Names that stay on this machine are served as they are; every other one is sent to HTTPS."""
    here = [edge.admin_host, *LOOPBACK_HOSTS]
    port = "" if edge.https_port == 443 else f":{edge.https_port}"
    to_https = f"https://{{http.request.host}}{port}{{http.request.uri}}"
    redirect = {"handler": "static_response", "status_code": 308, "headers": {"Location": [to_https]}}
    return {
        "listen": _listen(edge, edge.http_port),
        "routes": [
            _hidden(),
            proxy_route(edge, edge.web, {"host": here}),
            proxy_route(edge, edge.websites, {"host": ["*.localhost", "*.*.localhost"]}),
            _challenge_missing(),
            {"handle": [redirect], "terminal": True},
        ],
        "errors": {"routes": [_starting()]},
        "protocols": ["h1"],
        "automatic_https": {"disable": True},
        **_limits(),
    }


def _proxies(edge: Edge) -> list[Json]:
    """The administration center by its name; every other name belongs to the websites, which know their portals."""
    return [_hidden(), proxy_route(edge, edge.web, {"host": [edge.admin_host]}), proxy_route(edge, edge.websites, {})]


def _hidden() -> Json:
    """What the edge itself asks the web process is nobody else's."""
    return _missing("/_edge/*")


def _challenge_missing() -> Json:
    """Caddy answers the challenges that it knows before any route; another one is not sent to HTTPS."""
    return _missing("/.well-known/acme-challenge/*")


def _missing(path: str) -> Json:
    return {
        "match": [{"path": [path]}],
        "handle": [{"handler": "static_response", "status_code": 404}],
        "terminal": True,
    }


def proxy_route(edge: Edge, upstreams: tuple[str, ...], match: Json) -> Json:
    """Requests that fit ``match`` go to the upstreams, and their answers out as the visitor's browser takes them."""
    proxy = {
        "handler": "reverse_proxy",
        "upstreams": [{"dial": address} for address in upstreams],
        "load_balancing": {
            "selection_policy": {"policy": "least_conn"},
            "try_duration": 5 * SECOND,
            "try_interval": SECOND // 4,
        },
        "headers": {"request": {"delete": [*FORGED, "*_*"]}},
        "transport": {"protocol": "http", "read_buffer_size": PAGE_READ, "compression": False},
        "stream_close_delay": 300 * SECOND,
        **_health(edge, upstreams),
    }
    limit = {"handler": "request_body", "max_size": 64 * MEBIBYTE}
    return {**({"match": [match]} if match else {}), "handle": [limit, COMPRESS, proxy], "terminal": True}


def _health(edge: Edge, upstreams: tuple[str, ...]) -> Json:
    """A failed upstream rests for a while, if another one can do its work; alone it is simply tried again."""
    if len(upstreams) == 1:
        return {}
    active = {"uri": "/livez", "interval": SECOND, "timeout": 2 * SECOND, "headers": {"Host": [edge.admin_host]}}
    return {"health_checks": {"passive": {"fail_duration": 5 * SECOND}, "active": active}}


def _starting() -> Json:
    headers = {"Retry-After": ["5"], "Content-Type": ["text/plain; charset=utf-8"], "Cache-Control": ["no-store"]}
    unreachable = {"expression": "{http.error.status_code} in [502, 503, 504]"}
    answer = {"handler": "static_response", "status_code": 503, "headers": headers, "body": STARTING}
    return {"match": [unreachable], "handle": [answer], "terminal": True}


def _tls(edge: Edge) -> Json:
    """Certificates of our own names from the local authority, those of every other one from where bindings are kept."""
    names = _names(edge)
    own = {"subjects": names, "issuers": [{"module": "internal"}]}
    return {
        # Caddy asks the responders of loaded certificates one after another before it begins to serve.
        "disable_ocsp_stapling": True,
        "certificates": {"automate": names},
        "automation": {
            "on_demand": certificate_permission(edge.certificates),
            "policies": [own, certificate_policy(edge.certificates)],
        },
    }


def _names(edge: Edge) -> list[str]:
    return [edge.admin_host, edge.base_domain, f"*.{edge.base_domain}"]


def _listen(edge: Edge, port: int) -> list[str]:
    return [f"[{address}]:{port}" if ":" in address else f"{address}:{port}" for address in edge.listen]


def _limits() -> Json:
    return {"read_header_timeout": 10 * SECOND, "idle_timeout": 120 * SECOND, "max_header_bytes": 64 * 1024}
