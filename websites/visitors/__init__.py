"""Visitors who are signed in: contacts of the portal's organization, never users of the administration center."""
