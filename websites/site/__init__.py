"""A portal's site as values: read from the organization's rows, held in memory, never changed in place."""
