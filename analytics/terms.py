"""Which terms an administrator accepts before visitors' interactions are sent (templates/analytics/_terms.html)."""

VERSION = "2026-11"
