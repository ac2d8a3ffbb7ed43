"""Solutions: reading a package, checking what it needs, importing it as a system job, taking it away."""
