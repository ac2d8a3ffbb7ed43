"""Host names at the edge: where a portal answers."""
