"""Partner Project Service: projects, quotes to approve or reject, invoices."""

from websites.features.projectservice.pages import INVOICES, PRODUCT, PROJECTS, QUOTES
from websites.records.pages import pages_register

pages_register(PROJECTS, QUOTES, INVOICES, product=PRODUCT)
