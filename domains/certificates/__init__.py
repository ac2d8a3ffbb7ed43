"""Certificates: judging what somebody uploads, keeping the keys sealed, telling in time that one expires."""
