"""Why a host name is refused: one code and one sentence each."""

from __future__ import annotations

from core.messages import Message, messages_register

SENTENCES = {
    "domains:host-missing": "Enter a domain name, such as support.contoso.com.",
    "domains:host-invalid": "“{host}” is not a domain name. Letters, digits, hyphens and dots are allowed, "
    "and no part may begin or end with a hyphen.",
    "domains:host-url": "Enter only the domain name, without https:// and without a path: {host}",
    "domains:host-port": "Enter the domain name without a port: {host}",
    "domains:host-address": "An IP address cannot be a domain name. Enter a name such as support.contoso.com.",
    "domains:host-wildcard": "A name with * stands for many names. Enter the one name that visitors will use.",
    "domains:host-underscore": "A domain name that visitors open cannot contain an underscore (_).",
    "domains:host-length": "The name is too long: 253 characters in all and 63 between two dots are allowed.",
    "domains:host-single": "“{host}” is only one part of a name. Enter all of it, such as support.contoso.com.",
    "domains:host-platform": "{host} belongs to this installation. Enter a name of your own domain.",
    "domains:host-reserved": "Names that end in .{ending} never reach a visitor. Enter a name of your own domain.",
    "domains:host-public-suffix": "{host} is an ending under which others register their domains. "
    "Enter a name of your own domain.",
    "domains:host-unknown-ending": "No public domain ends in .{ending}. Check the spelling of {host}.",
    "domains:host-apex": "{host} is the domain itself, for which DNS does not allow a CNAME record. "
    "Use a name in it, such as www.{host}.",
}

messages_register({code: Message("This domain name cannot be used", sentence) for code, sentence in SENTENCES.items()})
