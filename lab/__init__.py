"""Proofs and stand-ins: never installed, never published. It may import everything; nothing imports it."""
