"""What others may ask of the analytics room."""

from analytics.buffer.captured import Captured
from analytics.services.recording import (
    captured_types,
    interaction_record,
    interactions_store,
    is_opted_out,
    tracking_opt_out,
)

# What changes a connection is imported from its own module: the portal runtime needs none of it.

__all__ = [
    "Captured",
    "captured_types",
    "interaction_record",
    "interactions_store",
    "is_opted_out",
    "tracking_opt_out",
]
