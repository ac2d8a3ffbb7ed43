"""Automatic certificates: the edge orders them itself (ACME). Here stands for whom it may, and whether it can."""

from domains.acme.authority import caa_require
from domains.acme.permission import automatic_hosts, edge_may_order

__all__ = ["automatic_hosts", "caa_require", "edge_may_order"]
