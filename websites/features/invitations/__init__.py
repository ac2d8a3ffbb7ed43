"""Invitations: somebody invites a colleague by mail, who redeems the code once and gets company and web roles."""

from websites.features.invitations import inviting, redeeming
from websites.features.registry import feature_register

feature_register(inviting.FEATURE)
feature_register(redeeming.FEATURE)
