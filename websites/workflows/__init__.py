"""What portals do by themselves when something happens in the organization: the worker follows its tables."""
