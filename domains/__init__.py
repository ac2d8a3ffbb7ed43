"""Where a portal answers: host names, the edge that serves them, and the look through the edge from outside."""
