"""The one durable engine for all long work: operations, their steps, their history."""
