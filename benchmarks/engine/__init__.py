"""The operations engine beside other durable engines and PostgreSQL's own limit, interleaved on one machine."""
