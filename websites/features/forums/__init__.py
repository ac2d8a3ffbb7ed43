"""Forums: threads and posts of visitors, read from the organization as they are now.

Calls to the organization: the list of forums none, a forum one (two from its second page on), a thread three (four),
and one more for somebody who is signed in.
"""

from websites.access.relationships import relationship_register
from websites.features.forums.drops import forum_drop
from websites.features.forums.found import threads_found
from websites.features.forums.moderating import dismiss, lock, pin, remove, report, unlock, unpin
from websites.features.forums.opening import forums_open
from websites.features.forums.places import FORUMS
from websites.features.forums.settling import answer, unanswer
from websites.features.forums.subscribing import subscribe, unsubscribe
from websites.features.forums.writing import edit, reply, thread_start
from websites.features.registry import Feature, feature_register
from websites.objects.community import community_object
from websites.objects.scene import Scene
from websites.quotas.values import Quota
from websites.search import SearchSource, search_source_register

POSTED = Quota("post", 30, "Forums/Posts per Hour")
REPORTED = Quota("report", 20, "Forums/Reports per Hour")

relationship_register(
    "adx_contact_communityforumpost", column="_adx_authorid_value", navigation="adx_authorid", parent="contact"
)
relationship_register(
    "adx_contact_communityforumalert", column="_adx_subscriberid_value", navigation="adx_subscriberid", parent="contact"
)
relationship_register(
    "adx_communityforumpost_Annotations",
    column="_objectid_value",
    navigation="objectid_adx_communityforumpost",
    parent="adx_communityforumpost",
)
relationship_register(
    "adx_communityforumthrea_firstpost",
    column="_adx_firstpostid_value",
    navigation="adx_firstpostid",
    parent="adx_communityforumpost",
)


def forums_shown(scene: Scene) -> list[object]:
    """All forums of the language, where the site has a page for them."""
    shown = scene.edition.community.forums.values() if FORUMS in scene.edition.markers else ()
    return [forum_drop(scene, forum) for forum in shown]


search_source_register(SearchSource("forums", threads_found))
community_object("forums", forums_shown)
feature_register(
    Feature(
        FORUMS,
        forums_open,
        actions={
            "thread": thread_start,
            "reply": reply,
            "edit": edit,
            "answer": answer,
            "unanswer": unanswer,
            "subscribe": subscribe,
            "unsubscribe": unsubscribe,
            "report": report,
            "dismiss": dismiss,
            "remove": remove,
            "lock": lock,
            "unlock": unlock,
            "pin": pin,
            "unpin": unpin,
        },
        quotas={"thread": POSTED, "reply": POSTED, "edit": POSTED, "report": REPORTED},
        takes_tail=True,
        is_shown_again=True,
    )
)
