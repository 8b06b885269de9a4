"""What the collector says about itself: one report, as a page for people and as JSON for tools."""

from shared.upkeep.status.report import StatusReport

__all__ = ["StatusReport"]
