"""The sentences of the organizations room."""

from __future__ import annotations

from core.messages import Message, Turn, messages_register
from organizations.policy import MANAGE_DENIED, PROVISION_DENIED

_AGAIN = "It will be asked again by itself."

messages_register(
    {
        "auth:manage-denied": Message("You can't manage this portal", MANAGE_DENIED),
        "auth:provision-denied": Message("You can't provision a portal here", PROVISION_DENIED),
        "organizations:unavailable": Message(
            "The organization does not answer as it should", "{service_text}", _AGAIN, Turn.ORGANIZATION
        ),
        "organizations:busy": Message(
            "The organization is busy", "It asked to be left alone for a while.", _AGAIN, Turn.ORGANIZATION
        ),
        "organizations:unreachable": Message(
            "The organization cannot be reached", "No connection could be made.", _AGAIN, Turn.ORGANIZATION
        ),
        "organizations:timeout": Message("The organization did not answer in time", "", _AGAIN, Turn.ORGANIZATION),
        "organizations:bad-answer": Message(
            "The organization's answer could not be understood",
            "It was cut off, or something between here and there answered in its place.",
            _AGAIN,
            Turn.ORGANIZATION,
        ),
        "organizations:name-unknown": Message(
            "The organization's name does not resolve", "", "Check the address and the DNS of this server."
        ),
        "organizations:address-refused": Message(
            "The organization's address is not allowed",
            "Only https addresses on the public internet can be used.",
            "Correct the organization's address.",
        ),
        "organizations:certificate": Message(
            "The organization's TLS certificate cannot be trusted",
            "",
            "Renew the certificate there, or name its authority in PORTAL_TRUST_ROOTS.",
        ),
        "organizations:redirected": Message(
            "The organization's address leads elsewhere", "", "Enter the organization's own address."
        ),
        "organizations:not-allowed": Message(
            "The organization does not let this application in",
            "{service_text}",
            "Make the application a user of the organization with the role System Administrator, then try again.",
            Turn.ORGANIZATION,
        ),
        "organizations:credentials-refused": Message(
            "The application's client id or secret is not accepted",
            "",
            "Enter a valid client secret for the organization.",
        ),
        "organizations:authority-unavailable": Message(
            "The authority that gives access tokens does not answer", "", _AGAIN, Turn.ORGANIZATION
        ),
        "organizations:refused": Message(
            "The organization refused", "{service_text}", "Put right what it names, then try again.", Turn.ORGANIZATION
        ),
        "organizations:known": Message("This organization is registered already"),
        "organizations:address-invalid": Message("Enter an address that begins with https://"),
    }
)
