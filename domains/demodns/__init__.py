"""The demo's DNS server: two zones on loopback in which a newcomer owns every name. Works without Django."""

from domains.demodns.records import ZONES, Record, RecordRefused, Records

__all__ = ["ZONES", "Record", "RecordRefused", "Records"]
