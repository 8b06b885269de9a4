"""What the customer knows about the things in a finding: how critical, whose network, on which list."""

from shared.enrichment.context import Context, Enrichment

__all__ = ["Context", "Enrichment"]
