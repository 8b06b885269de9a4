"""Deletes old rows, so that no table grows without limit.

Called by the heartbeat timer through the collector; several instances may do it at once. Dead letters stay
until a person decides about them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.delivery.outbox_rows import remove_old_alerts
from shared.storage import Store
from shared.upkeep.detector_health import DetectorHealth
from shared.upkeep.telemetry import Telemetry

EVERY = timedelta(hours=1)
ALERTS = timedelta(days=95)
"""An alert is known this long: longer than a hub keeps messages (90 days at most), so that redelivery finds it."""


class Retention:
    """Tidies the tables of one collector, at most once an hour."""

    def __init__(self, store: Store, telemetry: Telemetry, health: DetectorHealth) -> None:
        self._store = store
        self._telemetry = telemetry
        self._health = health
        self._last: datetime | None = None

    def tidy(self, now: datetime) -> None:
        """Removes old heartbeats, troubles, shadow findings and delivered alerts."""
        if self._last is not None and now - self._last < EVERY:
            return
        self._telemetry.remove_old(now)
        self._health.remove_old(now)
        remove_old_alerts(self._store, now - ALERTS)
        self._last = now
