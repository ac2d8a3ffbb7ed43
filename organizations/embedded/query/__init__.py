"""Query options: reading them, and turning them into questions to the database."""
