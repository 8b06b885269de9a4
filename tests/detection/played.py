"""A collector that takes records in the order of their times, for tests of what windows and correlation find."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.alerts.alert import Alert
from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.customer.declarations import Declarations
from shared.detection import Detector
from shared.storage import SqliteStore
from tests.detection.probe import START, batch, collector, message


class Played:
    """A collector that takes records in the order of their times, and whose clock follows them."""

    def __init__(self, *detectors: Detector, declarations: Declarations | None = None) -> None:
        self.clock = VirtualClock(START)
        self.store = SqliteStore(":memory:")
        self.subject: Collector = collector(
            detectors, self.store, clock=self.clock, declarations=declarations
        )
        self.number = 0
        self.raised: list[Alert] = []

    def take(self, *records: dict[str, Any], together: int = 50) -> list[Alert]:
        """Takes records in batches; gives the alerts raised by them."""
        before = len(self.raised)
        for begin in range(0, len(records), together):
            messages = []
            for record in records[begin : begin + together]:
                self.number += 1
                messages.append(message(self.number, record))
            self.raised += self.subject.collect(batch(*messages)).raised
        return self.raised[before:]

    def wait(self, seconds: float) -> list[Alert]:
        """Lets time go by to so many seconds after START, and the timer fire."""
        self.clock.advance_to(START + timedelta(seconds=seconds))
        found = list(self.subject.watch_windows())
        self.raised += found
        return found
