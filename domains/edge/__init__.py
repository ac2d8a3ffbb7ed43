"""The edge's certificates: the folder it reads, the agent that fills it from the rows, and who may ask for a key."""
