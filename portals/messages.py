"""The sentences of the portals room. Those of the source document and the page design stand here verbatim."""

from __future__ import annotations

from core.messages import Message, messages_register

SUBDOMAIN_MISSING = "Enter a portal URL"
SUBDOMAIN_CHARACTERS = "Portal URL may only contain alphanumeric characters or hyphens (-)"
SUBDOMAIN_LENGTH = "Portal URL must have 3 to 50 characters"
SUBDOMAIN_HYPHEN_ENDS = "Portal URL must not start or end with a hyphen"
SUBDOMAIN_PUNYCODE = "Portal URL must not start with xn-- or have two hyphens as its third and fourth characters"
SUBDOMAIN_RESERVED = "{subdomain} is a reserved word. Choose another portal URL"
SUBDOMAIN_TAKEN = "{subdomain} is already in use. Try {suggestion}"
NAME_MISSING = "Enter a name"
NAME_LENGTH = "Name must be 100 characters or fewer"
NAME_CHARACTERS = "Name must not contain line breaks or control characters"
LICENSE_TYPE = "Select a licence type: trial or production"
LICENSE_USED = "This licence is already used by another portal"
LICENSE_EXPIRED = "This licence has expired"
LICENSE_UNKNOWN = "Select a portal licence"
BUSY = "This portal is already being provisioned."
NOT_FAILED = "Only a portal whose provisioning failed can be provisioned again."
NOT_FOUND = "There is no such portal."

messages_register(
    {
        "portals:subdomain-invalid": Message(
            "The portal URL cannot be used", "3 to 50 lower-case letters, digits and hyphens are allowed."
        ),
        "portals:subdomain-taken": Message(
            "The portal URL is already in use", SUBDOMAIN_TAKEN, "Choose another portal URL."
        ),
        "portals:license-used": Message("The licence is used", LICENSE_USED, "Choose another licence."),
        "portals:license-expired": Message("The licence has expired", LICENSE_EXPIRED, "Get a portal licence."),
        "portals:license-unknown": Message("There is no such licence", LICENSE_UNKNOWN),
        "portals:license-type": Message("The licence type is unknown", LICENSE_TYPE),
        "portals:name-invalid": Message("The name cannot be used", "1 to 100 characters in one line are allowed."),
        "portals:busy": Message("Busy", BUSY, "Wait until the run has finished."),
        "portals:wrong-state": Message("Not possible now", "The portal is not in a state in which this can be done."),
        "portals:not-found": Message("Not found", NOT_FOUND),
    }
)
