"""Ideas: submitted and voted for by visitors, read from the organization as they are now.

Calls to the organization: an idea forum one (two from its second page on), an idea one; one more for somebody who is
signed in. Comments are part of the site (:mod:`websites.features.comments`).
"""

from websites.access.relationships import relationship_register
from websites.features import comments
from websites.features.ideas.drops import forums_drop
from websites.features.ideas.found import ideas_found
from websites.features.ideas.managing import approve, decide
from websites.features.ideas.opening import comment, ideas_open
from websites.features.ideas.places import IDEAS
from websites.features.ideas.submitting import submit
from websites.features.ideas.voting import vote
from websites.features.registry import Feature, feature_register
from websites.objects.community import community_object
from websites.quotas.values import Quota
from websites.search import SearchSource, search_source_register

relationship_register("adx_contact_idea", column="_adx_authorid_value", navigation="adx_authorid", parent="contact")
SUBMITTED = Quota("idea", 10, "Ideas/Ideas per Hour")
VOTED = Quota("vote", 120, "Ideas/Votes per Hour")

search_source_register(SearchSource("ideas", ideas_found))
community_object("idea_forums", forums_drop)
feature_register(
    Feature(
        IDEAS,
        ideas_open,
        actions={"submit": submit, "vote": vote, "comment": comment, "approve": approve, "decide": decide},
        quotas={"submit": SUBMITTED, "vote": VOTED, "comment": comments.QUOTA},
        takes_tail=True,
        is_shown_again=True,
    )
)
