"""Who is told of replies by mail: rows of adx_communityforumalert, one for each contact and thread."""

from __future__ import annotations

import uuid

from websites.errors import PageDenied
from websites.features.forums import rights
from websites.features.forums.places import forum_here, thread_path
from websites.features.forums.reading import THREAD_ID, THREADS, id_of, thread_here
from websites.features.once import KEYS
from websites.features.registry import ActionCall, ActionDone
from websites.live_pages import Row
from websites.objects.scene import Scene
from websites.ports import OrganizationRows

ALERTS, ALERT_ID = "adx_communityforumalerts", "adx_communityforumalertid"


def subscribe(call: ActionCall) -> ActionDone:
    scene, thread = call.scene, thread_here(call.scene)
    if not rights.may_subscribe(scene):
        raise PageDenied("This visitor may not subscribe.")
    subscription_begin(scene, id_of(thread, THREAD_ID), str(thread.get("adx_name") or ""))
    return ActionDone(_path(scene, thread), "subscribed")


def unsubscribe(call: ActionCall) -> ActionDone:
    scene, thread = call.scene, thread_here(call.scene)
    subscription_end(scene.rows, id_of(thread, THREAD_ID), rights.me(scene).contact_id)
    return ActionDone(_path(scene, thread), "unsubscribed")


def subscription_begin(scene: Scene, thread_id: str, title: str) -> None:
    """Tell the visitor of replies from now on; twice is once."""
    contact_id = rights.me(scene).contact_id
    values = {
        "adx_name": title[:100],
        "adx_subscriberid@odata.bind": f"/contacts({contact_id})",
        "adx_threadid@odata.bind": f"/{THREADS}({thread_id})",
    }
    scene.rows.upsert(ALERTS, alert_id(thread_id, contact_id), values)


def subscription_end(rows: OrganizationRows, thread_id: str, contact_id: str) -> None:
    """Every alert of the contact for the thread goes, those that other programs made too."""
    wanted = f"_adx_threadid_value eq {thread_id} and _adx_subscriberid_value eq {contact_id}"
    for row in list(rows.rows(ALERTS, select=(ALERT_ID,), filter=wanted)):
        rows.delete(ALERTS, uuid.UUID(str(row[ALERT_ID])))


def is_subscribed(scene: Scene, thread: Row) -> bool:
    """One call, for visitors who are signed in."""
    visitor = scene.visit.visitor
    if visitor is None or not rights.may_subscribe(scene):
        return False
    terms = (
        f"_adx_threadid_value eq {id_of(thread, THREAD_ID)}",
        f"_adx_subscriberid_value eq {visitor.contact_id}",
        "statecode eq 0",
    )
    return any(True for _ in scene.rows.rows(ALERTS, select=(ALERT_ID,), filter=" and ".join(terms), top=1))


def alert_id(thread_id: str, contact_id: str) -> uuid.UUID:
    """The same row whenever the same contact subscribes to the same thread."""
    return uuid.uuid5(KEYS, f"alert\n{thread_id.lower()}\n{contact_id.lower()}")


def _path(scene: Scene, thread: Row) -> str:
    return thread_path(scene, forum_here(scene), id_of(thread, THREAD_ID))
