"""The customer journey: what a contact did on the portals before a case was created, drawn and listed beside the case.

It is read from the hub when somebody looks, through the same client as everything else, and is kept nowhere. It loads
apart from the case, so that a hub that is slow or away never stands in the way of the work.
"""
