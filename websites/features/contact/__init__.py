"""Contact us: a message from anybody, signed in or not, as a row of feedback."""

from websites.features.contact.page import CONTACT_US, QUOTA, SEND, contact_open, contact_send
from websites.features.registry import Feature, feature_register

feature_register(Feature(CONTACT_US, contact_open, actions={SEND: contact_send}, quotas={SEND: QUOTA}))
