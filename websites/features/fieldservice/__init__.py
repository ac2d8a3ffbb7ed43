"""Partner Field Service: work orders, agreements, assets and invoices that are exposed to the customer."""

from websites.features.fieldservice.pages import AGREEMENTS, ASSETS, INVOICES, PRODUCT, WORK_ORDERS
from websites.records.pages import pages_register

pages_register(WORK_ORDERS, AGREEMENTS, ASSETS, INVOICES, product=PRODUCT)
