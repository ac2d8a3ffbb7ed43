"""Fixtures that every test may use. The cast: Alice (system administrator), Bob (customizer), Charlie (stranger)."""
