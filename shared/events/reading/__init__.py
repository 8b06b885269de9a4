"""From the bytes of a hub message to heads, records and problems."""
