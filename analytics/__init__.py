"""Portal analytics: the Customer Insights hub, interactions and the customer journey."""
