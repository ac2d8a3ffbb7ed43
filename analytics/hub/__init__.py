"""The embedded Customer Insights hub: interaction types, profiles, events and their counts, behind shared access keys.

It speaks the wire format of Dynamics 365 for Customer Insights. What it does not serve it refuses in words; an event is
stored, or refused with a reason that is kept, and never simply gone.
"""
