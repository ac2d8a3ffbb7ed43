"""The sentences about certificates: what each check found, what to do about it, and what requests are refused with.

Read in the process that reads the file too, so nothing here needs Django.
"""

from __future__ import annotations

from core.messages import Message, messages_register

KEY_ERASED = "The private key of {subject} was erased when the certificate was deleted or retired."
NOT_FOUND = "There is no such certificate, or you may not see it."
IN_USE = "{subject} cannot be deleted: it is used by {hosts}."
NOTHING_TO_ROLL_BACK = "{subject} has replaced nothing, or what it replaced is gone."
REPLACED_ALREADY = "{subject} has been replaced already, or is gone."
REPLACES_ITSELF = "This file holds the certificate that is in use already."

ALARM_SUBJECT = "The certificate of {hosts} {left}"
ALARM_BODY = """The certificate {subject} of {instance} {left} ({date}).

Host names served with it: {hosts}
Thumbprint: {thumbprint}

Visitors get a warning in place of the portal when it has expired. Upload the renewed certificate here; it takes the
place of the old one without a gap:
{url}
"""
BANNER = "The certificate {subject} {left}. Visitors get a warning in place of the portal when it has expired."

_SHA2 = (
    "Be sure that you are using a SHA2 certificate; SHA1 support is being removed from popular browsers. "
    "Ask the authority to issue it again."
)
_EXPORT = "Export the certificate together with its private key as a .pfx file (PKCS #12)."
_FULL_CHAIN = "Export the .pfx with all certificates of the certification path."
_ISSUE = "Ask the authority for a new certificate."

# Why a file was refused.
REFUSALS: dict[str, Message] = {
    "certificates:organization-missing": Message("No instance", "Select a Dynamics 365 instance"),
    "certificates:file-missing": Message("No file", "Select a .pfx file"),
    "certificates:empty": Message("The file is empty", "The selected file is empty", "Select the .pfx file again."),
    "certificates:too-large": Message("The file is too large", "The selected file must be smaller than 1 MB", _EXPORT),
    "certificates:not-pfx": Message("Not a .pfx file", "The selected file must be a .pfx file. {what}", "{cure}"),
    "certificates:too-costly": Message(
        "The file asks for too much work",
        "Opening this file takes {work}; at most {most}.",
        "Export it again with the usual settings, and with the one certificate and key alone.",
    ),
    "certificates:not-judged": Message(
        "The server is busy",
        "This server was too busy to look at the file within {seconds} seconds. Nothing is concluded about the file",
        "Send it again in a moment.",
    ),
    "certificates:wrong-password": Message(
        "The password does not open the file",
        "The password is wrong, or the file is damaged",
        "Enter the password that was set when the file was exported.",
    ),
    "certificates:too-many": Message(
        "Too many certificates", "The file holds more than {most} certificates.", "Export one certificate alone."
    ),
    "certificates:no-key": Message("No private key", "The file has no private key", _EXPORT),
    "certificates:several-keys": Message(
        "Several private keys", "The file holds {count} private keys.", "Export one certificate with its key alone."
    ),
    "certificates:no-certificate": Message("No certificate", "The file has a private key and no certificate", _EXPORT),
    "certificates:key-mismatch": Message(
        "The key is another certificate's",
        "The private key in the file fits none of its certificates",
        "Export the certificate from where its key was made.",
    ),
    "certificates:weak-key": Message(
        "The key is too short", "The private key must be at least 2048 bits. This one has {bits}.", _ISSUE
    ),
    "certificates:key-type": Message(
        "Browsers do not take this kind of key",
        "The key is {kind}. RSA of 2048 to 8192 bits and EC P-256, P-384 and P-521 can be used.",
        _ISSUE,
    ),
    "certificates:weak-signature": Message(
        "Signed with {digest}", "This certificate is signed with {digest}. Use a SHA2 certificate.", _SHA2
    ),
    "certificates:expired": Message("Expired", "This certificate expired on {date}", _ISSUE),
    "certificates:not-yet-valid": Message(
        "Not valid yet", "This certificate is not valid before {date}", "Upload it again then."
    ),
    "certificates:is-authority": Message(
        "An authority's certificate",
        "This is the certificate of a certificate authority",
        "Export the server's certificate.",
    ),
    "certificates:not-server": Message(
        "Not meant for servers",
        "This certificate is not meant for servers",
        "Ask for one with the extended key usage Server Authentication (1.3.6.1.5.5.7.3.1) and digital signatures.",
    ),
    "certificates:no-names": Message(
        "No host names",
        "This certificate names no host that a browser would accept{found}",
        "Ask for one with the host name as a DNS name of the Subject Alternative Name extension.",
    ),
    "certificates:name-constraint": Message(
        "The authority may not sign this name",
        "{issuer} may not sign for {name}",
        "Ask an authority that may sign for this name.",
    ),
    "domains:name-mismatch": Message(
        "The certificate is for other names",
        "The certificate does not cover {host}. It covers: {names}",
        "Choose another certificate or another host name.",
    ),
}

# What does not stop an upload.
WARNINGS: dict[str, Message] = {
    "certificates:names-dropped": Message(
        "Some names cannot be used", "Browsers do not accept these names of the certificate: {names}"
    ),
    "certificates:chain-incomplete": Message(
        "Intermediate certificates are missing",
        "Intermediate certificates are missing; some visitors will see a warning",
        _FULL_CHAIN,
    ),
    "certificates:chain-expired": Message(
        "An intermediate certificate has expired",
        "The intermediate certificate {issuer} expired on {date}; visitors will see a warning",
        "Ask the authority for its current intermediate certificate.",
    ),
    "certificates:untrusted": Message(
        "The authority is not known",
        "This server does not trust {root}; visitors whose devices do not know this authority see a warning",
        "Within an intranet this may be as it should. PORTAL_TRUST_ROOTS names further authorities.",
    ),
    "certificates:self-signed": Message(
        "Self-signed", "This certificate is signed by itself; visitors will see a warning", _ISSUE
    ),
    "certificates:chain-refused": Message(
        "A strict check refuses the chain",
        "The chain ends in a known authority, but a strict check refuses it; some visitors may see a warning",
        "Ask the authority whether the certificate follows the rules of browsers.",
    ),
    "certificates:expires-soon": Message(
        "Expires soon", "This certificate expires on {date}, in {days}", "Have the next one issued now."
    ),
    "certificates:must-staple": Message(
        "Wants stapling",
        "The certificate demands a stapled OCSP answer, which the edge does not give; some browsers refuse it",
        "Ask for one without the TLS feature extension (must-staple).",
    ),
    "certificates:long-life": Message(
        "Valid for too long",
        "The certificate is valid for {days}; browsers take at most {most} days from public authorities",
        "Ask for one with a shorter life.",
    ),
    "certificates:rare-curve": Message(
        "A rare kind of key", "Some browsers do not take keys of the curve P-521", "Prefer P-256."
    ),
}

_OF_CUSTOM_DOMAINS = "domains:name-mismatch"  # registered there

messages_register(
    {
        **{code: message for code, message in REFUSALS.items() if code != _OF_CUSTOM_DOMAINS},
        **WARNINGS,
        "certificates:not-found": Message("No such certificate", NOT_FOUND),
        "certificates:in-use": Message(
            "The certificate is in use", IN_USE, "Replace it, or remove the custom domains."
        ),
        "certificates:key-erased": Message("The private key is gone", KEY_ERASED, "Upload the certificate again."),
        "certificates:nothing-to-roll-back": Message("Nothing to go back to", NOTHING_TO_ROLL_BACK),
        "certificates:replaced": Message("Replaced already", REPLACED_ALREADY),
        "certificates:same": Message("The same certificate", REPLACES_ITSELF, "Select the renewed certificate."),
    }
)


def sentence(code: str, **context: object) -> tuple[str, str]:
    """What was found and what to do, for a refusal or a warning."""
    message = REFUSALS.get(code) or WARNINGS[code]
    return message.body.format(**context).strip(), message.next_action.format(**context).strip()
