"""Liquid for people we do not know: web templates of one site, with limits, and nothing else within reach."""
