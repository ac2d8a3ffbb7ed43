"""Asking systems that are not ours, over HTTP: one exchange, whatever room asks."""
