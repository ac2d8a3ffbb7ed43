"""Partner Project Service: projects, quotes to approve or reject, invoices."""

from websites.features.projectservice.pages import INVOICES, PROJECTS, QUOTES
from websites.features.registry import feature_register

for _page in (PROJECTS, QUOTES, INVOICES):
    feature_register(_page.feature())
