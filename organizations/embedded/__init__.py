"""The embedded organization: a Web API server with typed tables, solutions and tokens, so that a portal needs no cloud.

It speaks the wire format of Dataverse. What it does not serve it refuses in words; it never answers with less than was
asked and says nothing.
"""
