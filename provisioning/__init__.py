"""A portal from the form to the live site: the accepted request, the ordered steps, restart and change."""
