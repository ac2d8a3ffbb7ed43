"""Cases (incidents) of an organization, as customer service representatives work on them.

Nothing of them is kept here: every page reads the organization through its Web API, in the name of the reader where the
reader is a user there, so that the organization's own rights count too.
"""
