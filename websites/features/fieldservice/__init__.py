"""Partner Field Service: work orders, agreements, assets and invoices that are exposed to the customer."""

from websites.features.fieldservice.pages import AGREEMENTS, ASSETS, INVOICES, WORK_ORDERS
from websites.features.registry import feature_register

for _page in (WORK_ORDERS, AGREEMENTS, ASSETS, INVOICES):
    feature_register(_page.feature())
