"""``user`` and ``form``: who is signed in, and a form that was refused."""

from __future__ import annotations

from urllib.parse import quote

from websites.objects.scene import Scene
from websites.templating.drop import Drop, Table
from websites.visitors.leading import PATHS

SIGN_IN, SIGN_OUT = "/signin/", "/signout/"


def user_drop(scene: Scene) -> Drop | None:
    """The signed-in contact; nil for everybody else, so that ``{% if user %}`` asks for sign-in."""
    visitor = scene.visit.visitor
    if visitor is None:
        return None
    held = scene.access.role_ids
    return Drop(
        {
            "id": lambda: visitor.contact_id,
            "contactid": lambda: visitor.contact_id,
            "fullname": lambda: visitor.name,
            "emailaddress1": lambda: visitor.email,
            "parentcustomerid": lambda: _account(visitor.account_id),
            "roles": lambda: [role.name for role in scene.loaded.site.web_roles if role.id in held],
        }
    )


def _account(id_: str) -> Drop | None:
    return Drop({"id": lambda: id_, "logical_name": lambda: "account"}) if id_ else None


def form_drop(scene: Scene) -> Drop:
    """What was typed and what is wrong with it; empty where nothing was sent."""
    form = scene.form
    return Drop(
        {
            "action": lambda: form.action,
            "values": lambda: Table(form.values, str),
            "errors": lambda: Table(form.errors, str),
            "error": lambda: form.errors.get("", ""),
            "has_errors": lambda: bool(form.errors),
        }
    )


def sign_in_url(scene: Scene) -> str:
    """Where one signs in and comes back to this page."""
    return sign_in_address(scene.visit.path, scene.visit.query)


def sign_in_address(path: str, query: str = "") -> str:
    """Where one signs in and comes back to the path (decoded) with the query (as it came), unless that is too long."""
    own = quote(path)
    whole = f"{own}?{query}" if query else own
    return f"{SIGN_IN}?return={quote(whole if len(whole) <= PATHS else own)}"


def notice_of(scene: Scene) -> str:
    """What a form has just done, in the site's words; "" without a notice, or one the site has no words for."""
    name = scene.visit.params.get("notice", "")
    return scene.snippet(f"Notice/{name}", "") if name else ""
