"""Blogs: written in the organization, part of the site, so that reading one costs the organization nothing.

Comments are part of the site too (:mod:`websites.features.comments`); writing one is one call.
"""

from websites.features.blogs.drops import blogs_drop
from websites.features.blogs.found import posts_found
from websites.features.blogs.opening import blogs_open, comment
from websites.features.blogs.places import BLOGS
from websites.features.comments import QUOTA
from websites.features.registry import Feature, feature_register
from websites.objects.community import community_object
from websites.search import SearchSource, search_source_register

search_source_register(SearchSource("blogs", posts_found, is_live=False))
community_object("blogs", blogs_drop)
feature_register(
    Feature(
        BLOGS,
        blogs_open,
        actions={"comment": comment},
        quotas={"comment": QUOTA},
        takes_tail=True,
        is_live=False,  # all of it is part of the site; who is signed in gets pages of their own anyway
    )
)
