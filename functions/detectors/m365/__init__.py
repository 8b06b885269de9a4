"""Microsoft 365: the unified audit log."""
