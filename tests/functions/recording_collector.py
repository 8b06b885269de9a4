"""A collector that only records what the functions ask of it; what the real one does is tested elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.events.message import Batch
from shared.upkeep.status import StatusReport

REPORT = StatusReport(
    customer="contoso",
    time=datetime(2026, 3, 10, 10, 0, tzinfo=UTC),
    sources=(),
    alerts=(),
    pending=0,
    dead=0,
    dead_letters={},
    detectors=0,
    shadow_detectors=0,
    troubles=(),
)


class RecordingCollector:
    def __init__(self, failure: Exception | None = None) -> None:
        self.batches: list[Batch] = []
        self.calls: list[str] = []
        self._failure = failure

    def collect(self, batch: Batch) -> None:
        if self._failure:
            raise self._failure
        self.batches.append(batch)

    def watch_heartbeats(self) -> None:
        self.calls.append("watch_heartbeats")

    def watch_log_settings(self) -> None:
        self.calls.append("watch_log_settings")

    def watch_arrival(self) -> None:
        self.calls.append("watch_arrival")

    def send_canary(self) -> None:
        self.calls.append("send_canary")

    def watch_windows(self) -> None:
        self.calls.append("watch_windows")

    def deliver(self) -> Any:
        self.calls.append("deliver")

    def status(self) -> StatusReport:
        return REPORT
