"""What pages can do beyond showing their content: cases, forums, ideas …

A feature belongs to a site marker, as in the product line: the page that the marker points to shows the feature's
objects in its template and takes the feature's forms. Each feature is a package beside this file; it registers itself
when it is imported (``FEATURES`` in :mod:`websites.features.registry`).
"""

from websites.features.registry import (
    Action,
    ActionCall,
    ActionDone,
    Document,
    Feature,
    Opened,
    feature_at,
    feature_register,
    sign_in_markers,
    tail_markers,
)

__all__ = [
    "Action",
    "ActionCall",
    "ActionDone",
    "Document",
    "Feature",
    "Opened",
    "feature_at",
    "feature_register",
    "sign_in_markers",
    "tail_markers",
]
