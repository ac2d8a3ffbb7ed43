"""What a mail of a portal may be made of: one address, a subject of one line, a plain text, list headers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.errors import PortalAdminError

SUBJECT = 200  # characters
BODY = 20_000
NAME = 80
_LIST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,200}")


class MailRefused(PortalAdminError):
    """This cannot be a mail: an address that is none, or something that would break out of a header."""

    default_code = "websites:mail-refused"


@dataclass(frozen=True)
class ListHeaders:
    """Of mail that somebody subscribed to (RFC 2919, RFC 2369, RFC 8058).

    Args:
        list_id: a name of the list, letters, digits, dots and dashes: ``thread-17.support.example.com``.
        unsubscribe_url: https address that ends the subscription when it is posted to, and asks when it is opened.
    """

    list_id: str
    unsubscribe_url: str = ""

    def check(self) -> None:
        """Raises :class:`MailRefused`."""
        if not _LIST_ID.fullmatch(self.list_id):
            raise MailRefused("That is no name of a list.")
        if self.unsubscribe_url and not _is_plain_address(self.unsubscribe_url):
            raise MailRefused("That is no address to unsubscribe at.")


def address_checked(text: str) -> str:
    """One address and nothing else. Raises :class:`MailRefused`."""
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise MailRefused("That is no e-mail address.") from wrong
    return address


def one_line(text: str, longest: int) -> str:
    """``text`` without line ends and other control characters: fit for a header."""
    plain = "".join(" " if unicodedata.category(character)[0] in "CZ" else character for character in text)
    return " ".join(plain.split())[:longest]


def body_checked(text: str) -> str:
    """Plain text with ``\\n`` as line end, cut where it is too long for a mail."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")[:BODY]


def _is_plain_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.netloc) and url.isprintable() and not set(url) & set(' <>,\\"')
