"""How people get in: accounts are made by administrators, never by signing up."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in of accounts that exist. The first one comes from ``manage.py createadmin``."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
