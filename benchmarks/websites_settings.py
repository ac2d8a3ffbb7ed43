"""Settings of the served application: the runtime's own, without a look at the database."""

from websites.settings import *  # noqa: F403

MIDDLEWARE = ["websites.middleware.PortalMiddleware"]
