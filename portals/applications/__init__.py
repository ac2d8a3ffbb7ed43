"""The Applications tab: licences without a portal, and portals, in one list, a page at a time, fast at any length.

Pages are cut by keyset, so the last one costs what the first one costs; what is counted is counted up to a thousand.
``python -m benchmarks.applications`` measures it with 100,000 portals.
"""

from portals.applications.page import applications_page
from portals.applications.values import ApplicationRow, Filters, Page, Sort, Status, StepLine

__all__ = ["ApplicationRow", "Filters", "Page", "Sort", "Status", "StepLine", "applications_page"]
