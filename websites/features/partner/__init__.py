"""The partner portal: opportunities, deals, customers, and what a partner's home page says."""

from websites.features.partner import counters, customers, deals, opportunities, opportunity
from websites.features.registry import Feature, feature_register, shared_register
from websites.records.pages import pages_register

for _stack in opportunities.STACKS:
    feature_register(opportunities.feature_of(_stack))
feature_register(Feature("Opportunities", opportunities.overview_open, needs_sign_in=True))
feature_register(opportunity.FEATURE)
feature_register(deals.FEATURE)
pages_register(customers.ACCOUNTS, customers.CONTACTS)
shared_register("partner", counters.partner_drop)
