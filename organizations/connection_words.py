"""What a failed connection means in words, and who can put it right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from organizations.errors import OrganizationProblem

APPLICATION_OWNER = "Whoever administers the application in Microsoft Entra ID (App registrations)."
ADMINISTRATOR_THERE = (
    "A system administrator of the organization: Power Platform admin center, Environments, Settings, Users and "
    "permissions, Application users."
)
HERE = "You: correct the value."
NETWORK = "Whoever runs the organization's server or the network in between."
_PRIVILEGE = re.compile(r"\bprv[A-Za-z_]+\b")
_ENTRA = re.compile(r"\bAADSTS(\d+)\b")


@dataclass(frozen=True)
class Words:
    """What was found, and who can help."""

    detail: str
    who: str


_BY_CODE: dict[str, Words] = {
    "organizations:address-refused": Words(
        "The address is not https, or leads into a private network. Only addresses on the public internet can be used.",
        HERE,
    ),
    "organizations:name-unknown": Words("No server has this name. Is the address spelt correctly?", HERE),
    "organizations:unreachable": Words("No connection could be made, or it was cut off half-way.", NETWORK),
    "organizations:timeout": Words("It did not answer in time.", NETWORK),
    "organizations:busy": Words("It answers that it is too busy. Try again in a few minutes.", "Nobody: it passes."),
    "organizations:unavailable": Words("It answers with an error of its own. Try again later.", NETWORK),
    "organizations:certificate": Words(
        "The server's TLS certificate cannot be trusted: it has expired, is for another name, or its authority is not "
        "known here.",
        "Whoever runs the organization's server; a private authority is named in PORTAL_TRUST_ROOTS.",
    ),
    "organizations:redirected": Words(
        "The server sends to another host, which is not followed. Enter the organization's own address.", HERE
    ),
    "organizations:bad-answer": Words(
        "The answer is not that of a Dataverse Web API: it is no JSON, or was cut off. Is this the organization's "
        "address, and nothing in between that answers in its place?",
        HERE,
    ),
    "organizations:authority-unavailable": Words(
        "The authority does not answer as one should. Is the tenant spelt correctly?", HERE
    ),
}
# What Entra ID's error numbers mean (learn.microsoft.com/entra/identity-platform/reference-error-codes).
_BY_ENTRA: dict[str, Words] = {
    "7000215": Words("The client secret is wrong. Enter the secret's value, not its id.", HERE),
    "7000222": Words("The client secret has expired.", APPLICATION_OWNER),
    "700016": Words("There is no application with this client id in the tenant.", HERE),
    "90002": Words("There is no such tenant.", HERE),
    "900023": Words("This is not a tenant's id or domain name.", HERE),
    "700027": Words("The certificate is not registered with the application.", APPLICATION_OWNER),
    "700024": Words("The signed request is not valid now: this server's clock is wrong.", "Whoever runs this server."),
    "500011": Words("The tenant does not know the organization. Do address and tenant belong together?", HERE),
    "7000112": Words("The application is switched off in the tenant.", APPLICATION_OWNER),
}
_CREDENTIALS = Words("The authority does not accept the client id with this secret or certificate.", HERE)
_NO_USER = Words(
    "The application is not a user of the organization. One that was added a moment ago may need some minutes.",
    ADMINISTRATOR_THERE,
)


def told(problem: OrganizationProblem) -> Words:
    """The words for ``problem``; what the organization or the authority said itself stands behind them."""
    if problem.code == "organizations:credentials-refused":
        return _with_service(_of_entra(problem.service_text) or _CREDENTIALS, problem)
    if privileges := _PRIVILEGE.findall(problem.service_text):
        missing = ", ".join(dict.fromkeys(privileges))
        return Words(f"The application's role lacks {missing}.", ADMINISTRATOR_THERE)
    if problem.code == "organizations:not-allowed":
        return _with_service(_NO_USER, problem)
    return _BY_CODE.get(problem.code) or _with_service(Words(problem.message, ADMINISTRATOR_THERE), problem)


def _of_entra(text: str) -> Words | None:
    found = _ENTRA.search(text)
    return _BY_ENTRA.get(found.group(1)) if found else None


def _with_service(words: Words, problem: OrganizationProblem) -> Words:
    said = " ".join(filter(None, (problem.service_code, problem.service_text)))
    return Words(f"{words.detail} It says: {said}" if said else words.detail, words.who)
