"""The article page beyond its text: ratings and comments."""

from websites.features import comments
from websites.features.knowledge.article import article_open, comment, rate
from websites.features.knowledge.rating import QUOTA
from websites.features.registry import Feature, feature_register
from websites.resolving import ARTICLE

feature_register(
    Feature(
        ARTICLE,
        article_open,
        actions={"comment": comment, "rate": rate},
        quotas={"comment": comments.QUOTA, "rate": QUOTA},
        is_live=False,  # what is approved is part of the site; who is signed in gets pages of their own anyway
    )
)
