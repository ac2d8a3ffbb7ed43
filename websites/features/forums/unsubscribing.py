"""The address in a mail that ends a subscription, without signing in: who has the mail may end it.

Opening it asks, so that programs that look at links in mails end nothing; posting to it ends the subscription, which
mail programs do themselves with one click (RFC 8058).
"""

from __future__ import annotations

import uuid
from pathlib import Path

from django.core import signing
from django.http import HttpRequest, HttpResponse

from websites.features.forums.reading import THREADS
from websites.features.forums.subscribing import subscription_end
from websites.objects.scene import Scene
from websites.request_site import site_here
from websites.visitors.pages import sign_in_page

SALT = "websites.forums.unsubscribe"


def unsubscribe_path(scene: Scene, thread_id: str, contact_id: str) -> str:
    """Made for one contact, thread and portal; nobody can make another."""
    told = [str(scene.visit.portal.portal_id), thread_id, contact_id, scene.edition.language.prefix]
    return f"/_unsubscribe/{signing.dumps(told, salt=SALT)}/"


def unsubscribe_by_mail(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST ends the subscription."""
    portal, loaded = site_here(request)
    try:
        portal_id, thread_id, contact_id, prefix = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        portal_id, thread_id, contact_id, prefix = "", "", "", ""
    if portal_id != str(portal.portal_id):
        return _page(request, "wrong", "/", status=404)
    if request.method == "POST":
        subscription_end(loaded.source, thread_id, contact_id)
    row = loaded.source.row(THREADS, uuid.UUID(thread_id), select=("adx_name",)) or {}
    state = "done" if request.method == "POST" else "ask"
    return _page(request, state, f"{prefix}/", thread=str(row.get("adx_name") or ""))


def _page(request: HttpRequest, state: str, path: str, *, thread: str = "", status: int = 200) -> HttpResponse:
    portal, loaded = site_here(request)
    objects = {"unsubscribe": {"state": state, "action": request.path_info, "thread": thread}}
    folder = Path(__file__).parent
    return sign_in_page(
        request, portal, loaded, "unsubscribe", status=status, path=path, objects=objects, folder=folder
    )
