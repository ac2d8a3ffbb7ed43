"""The sentences of the analytics room."""

from __future__ import annotations

from core.messages import Message, Turn, messages_register

ENTER_HTTPS = "Enter a hub URI that starts with https://"
ENTER_POLICY = "Enter the policy name"
POLICY_SHAPE = "Enter a policy name of at most 50 letters, digits, hyphens, dots and underscores"
ENTER_KEY = "Enter the shared key"
KEY_SHAPE = "Enter the shared key as the hub shows it, without line breaks and with at most 512 characters"
ACCEPT_TERMS = "Select the check box to continue"
NOT_CONFIGURED = "This portal does not send visitors' interactions"
CONFIGURED = "This portal has a Customer Insights hub already. Its hub URI is read-only."
BUSY = "The portal's analytics are being configured."
NAME_TYPED = "Type {name} as it is shown"
NO_SUCH_INTERACTION = "There is no such interaction"
PRIVATE_ADDRESS = "The hub's address leads into a private network and cannot be used"
LACKS = "Policy {policy} lacks {rights}"

# Said of a portal that is connected; before that there is nothing to keep.
KEPT = "Interactions are kept and sent when this is put right."
AGAIN = "It is tried again by itself. Interactions are kept meanwhile."
PASSING = frozenset(
    f"analytics:{code}" for code in ("hub-unreachable", "hub-timeout", "hub-failing", "hub-busy", "bad-answer")
)
_LATER = "Try again later, or ask whoever runs the hub."
_SPELT = "Check the hub URI. "  # a name that does not resolve is met here as well

messages_register(
    {
        "analytics:not-configured": Message("Not configured", NOT_CONFIGURED, "Configure Portal Interaction Tracking."),
        "analytics:configured": Message("Already configured", CONFIGURED, "Update the shared key, or delete it first."),
        "analytics:busy": Message("Being configured", BUSY, "Wait until it is done."),
        "analytics:uri-invalid": Message("The hub URI is not valid", ENTER_HTTPS, "Correct the hub URI."),
        "analytics:address-refused": Message(
            "The hub's address is not allowed",
            "The hub's address leads into a private network and cannot be used.",
            "Enter the address of a hub on the public internet.",
        ),
        "analytics:hub-unreachable": Message(
            "The hub did not answer", "No connection to the hub could be made.", _SPELT + _LATER, Turn.ORGANIZATION
        ),
        "analytics:hub-timeout": Message(
            "The hub did not answer in time", "The connection was there, but no answer came.", _LATER, Turn.ORGANIZATION
        ),
        "analytics:hub-failing": Message(
            "The hub fails", "The hub answered {status}. {service_text}", _LATER, Turn.ORGANIZATION
        ),
        "analytics:hub-busy": Message(
            "The hub is busy", "It asked to be left alone for a while (429).", _LATER, Turn.ORGANIZATION
        ),
        "analytics:bad-answer": Message(
            "The hub's answer could not be understood",
            "It was cut off, or something between here and there answered in its place.",
            _LATER,
            Turn.ORGANIZATION,
        ),
        "analytics:certificate": Message(
            "The hub's TLS certificate cannot be trusted",
            "",
            "Renew the certificate there, or name its authority in PORTAL_TRUST_ROOTS.",
        ),
        "analytics:redirected": Message("The hub's address leads elsewhere", "", "Enter the hub's own address."),
        "analytics:not-found": Message(
            "There is no hub at this address", "The server answered 404.", "Correct the hub URI."
        ),
        "analytics:key-refused": Message(
            "The hub rejected the shared key (401)",
            "",
            "Enter the shared key again; the policy's primary and secondary keys both work.",
        ),
        "analytics:policy-unknown": Message(
            "The hub does not know the policy name (401)", "", "Enter the name of a policy of this hub."
        ),
        "analytics:token-expired": Message(
            "The hub says that the token has expired (401)",
            "Tokens are made for one hour.",
            "Set the clock of this server, or of the hub's, by NTP.",
        ),
        "analytics:clock-skew": Message(
            "The clocks do not agree",
            "This server's clock and the hub's are more than five minutes apart, and the hub refuses the tokens.",
            "Set this server's clock by NTP.",
        ),
        "analytics:out-of-scope": Message(
            "The token does not cover the hub's address (401)",
            "The hub knows itself under another address than the one that was entered.",
            "Enter the hub URI as the hub shows it.",
        ),
        "analytics:right-missing": Message(
            "The policy lacks a right",
            "{service_text}",
            "Give the policy Manage, Read and Write at the hub.",
            Turn.ORGANIZATION,
        ),
        "analytics:hub-refused": Message(
            "The hub refused", "{service_text}", "Put right what it names, then try again.", Turn.ORGANIZATION
        ),
        "analytics:type-failed": Message(
            "The hub could not create the interaction type", "", "Look at the type in the hub, then try again."
        ),
        "analytics:type-unknown": Message(
            "The hub does not have this interaction type",
            "It was deleted there. This portal does not capture it any more.",
            "Turn the interaction on again to create the type anew.",
        ),
        "analytics:event-refused": Message("The hub refused the interaction", "{service_text}"),
        "analytics:other-content": Message(
            "The hub has another interaction of this id", "What it has stays; this one is not sent."
        ),
        "analytics:contact-erased": Message(
            "The contact was erased in the hub", "Interactions from before that time are not taken."
        ),
        "analytics:too-large": Message("The interaction is too large for the hub", "It is not sent."),
    }
)
