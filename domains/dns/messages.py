"""The sentences of a look at DNS. Each says who was asked, what was found, and what to do."""

from __future__ import annotations

from core.messages import Message, Turn, messages_register

CNAME_MISSING = "Please add a CNAME record to this domain name."

EXPECTED = "Expected: {host} CNAME {expected}."

# Why the verdict is what it is.
REASONS = {
    "domains:cname-missing": "Asked {asked}: no record. " + EXPECTED,
    "domains:cname-other-type": "Asked {asked}: {host} is there, but has no CNAME record. " + EXPECTED,
    "domains:cname-wrong": "Asked {asked}: found {found}. " + EXPECTED,
    "domains:cname-other-portal": "Asked {asked}: found {found}, which is not the address of this portal. " + EXPECTED,
    "domains:cname-addresses": "Asked {asked}: found {found} in place of a CNAME record. Where your DNS provider "
    "offers to proxy or to flatten the record, switch that off. " + EXPECTED,
    "domains:cname-doubled": "Asked {asked}: found {found}. The domain stands twice, because the final dot of the "
    "value is missing: enter {expected}. with the dot. " + EXPECTED,
    "domains:name-doubled": "Asked {asked}: no record at {host}, but one at {found}. The domain stands twice: enter "
    "only the part before .{zone} as the record's name. " + EXPECTED,
    "domains:cname-loop": "Asked {asked}: the aliases lead back to where they began ({found}). " + EXPECTED,
    "domains:cname-too-long": "Asked {asked}: after 8 aliases the end is not reached ({found}). " + EXPECTED,
    "domains:cname-chain-unreachable": "{host} is an alias ({found}), but what stands behind it could not be asked. "
    "Nothing is concluded from that. " + EXPECTED,
    "domains:dns-propagating": "The record is there at {right}, not yet at {rest}. It is on its way. " + EXPECTED,
    "domains:dns-unreachable": "{asked} gave no usable answer. Nothing is concluded from that; "
    "your domain's DNS may be disturbed. " + EXPECTED,
    "domains:zone-unreachable": "The name servers of {host} could not be found. {detail} "
    "Nothing is concluded from that.",
    "domains:zone-private": "The name servers of {host} have addresses that are not public ({detail}); they were not "
    "asked. An administrator of this server can allow them (PORTAL_DNS_ALLOW_PRIVATE).",
    "domains:zone-missing": "There is no domain {detail} in the public DNS. Check the spelling, and whether it is "
    "registered. " + EXPECTED,
}

# What else there is to know.
NOTES = {
    "domains:dns-servers-silent": "{servers} gave no usable answer. Some visitors may not reach the name.",
    "domains:dns-left-out": "The domain has {left_out} more name servers, which were not asked.",
    "domains:dns-stray-address": "{servers} also has an address record for {host} ({found}). Remove it: "
    "visitors may be led elsewhere.",
    "domains:dns-wildcard": "A wildcard record (*.{parent}) answers for every name there. Anybody who adds such a "
    "name to another portal would need no record of yours; a record for {host} alone is safer.",
    "domains:dns-resolvers-only": "The domain's own name servers could not be asked from here; "
    "{servers} see the record.",
    "domains:dns-resolver-late": "{servers} still remember an older answer.",
    "domains:caa-forbids": "The CAA record at {at} allows only {allowed} to issue certificates. Add one for {issuer}: "
    '{at} CAA 0 issue "{issuer}".',
    "domains:caa-unreachable": "The CAA records of {at} could not be asked. A certificate authority refuses to issue "
    "until they can be.",
}

_HEADINGS = {
    "domains:cname-missing": CNAME_MISSING,
    "domains:cname-other-type": CNAME_MISSING,
    "domains:name-doubled": "The CNAME record has a different name",
    "domains:cname-doubled": "The CNAME record points to a different name",
    "domains:dns-propagating": "The CNAME record is on its way",
    "domains:dns-unreachable": "The domain's name servers could not be asked",
    "domains:zone-unreachable": "The domain's name servers could not be found",
    "domains:zone-private": "The domain's name servers are not public",
    "domains:zone-missing": "The domain does not exist",
    "domains:cname-chain-unreachable": "The alias could not be followed",
    "domains:cname-addresses": "An address record stands in place of the CNAME record",
    "domains:caa-forbids": "The domain does not allow this certificate authority",
    "domains:caa-unreachable": "The domain's CAA records could not be asked",
}

WRONG_HEADING = "The CNAME record points to a different name"

messages_register(
    {
        code: Message(_HEADINGS.get(code, WRONG_HEADING), turn=Turn.ADMINISTRATOR)
        for code in (*REASONS, "domains:caa-forbids", "domains:caa-unreachable")
    }
)
