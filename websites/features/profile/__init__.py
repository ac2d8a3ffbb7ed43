"""The visitor's own contact: name, address, language, what may be sent and what is recorded."""

from websites.features.profile.addresses import email_confirm
from websites.features.profile.page import PROFILE, profile_open, profile_save
from websites.features.registry import Feature, feature_register

feature_register(
    Feature(PROFILE, profile_open, actions={"save": profile_save, "confirm-email": email_confirm}, needs_sign_in=True)
)
