"""Cases of the visitor and of their company: the list, opening one, and each one's page."""

from websites.features.cases.changing import close, reopen, reply
from websites.features.cases.creating import case_create, create_open
from websites.features.cases.listing import list_open
from websites.features.cases.one import case_open
from websites.features.cases.values import CASE, CREATE_CASE, HELP_DESK
from websites.features.registry import Feature, feature_register
from websites.quotas.values import Quota

OPENED = Quota("case", 20, "Cases/Cases per Hour")
WRITTEN = Quota("case-reply", 60, "Cases/Replies per Hour")

feature_register(Feature(HELP_DESK, list_open, needs_sign_in=True))
feature_register(
    Feature(
        CREATE_CASE,
        create_open,
        actions={"create": case_create},
        quotas={"create": OPENED},
        needs_sign_in=True,
    )
)
feature_register(
    Feature(
        CASE,
        case_open,
        actions={"reply": reply, "close": close, "reopen": reopen},
        quotas={"reply": WRITTEN, "close": WRITTEN, "reopen": WRITTEN},
        takes_tail=True,
        needs_sign_in=True,
    )
)
