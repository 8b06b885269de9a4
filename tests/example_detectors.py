"""The detectors of the collector's tests, one of each kind."""

from __future__ import annotations

from typing import Any

from shared.collector.collector import Collector
from shared.detection import count
from shared.events import Event
from tests.detection.probe import batch, detector_of, message, probe


def raises(event: Event) -> bool:
    """A body that breaks."""
    raise KeyError(event.actor_username)


EACH = detector_of("each", probe(operation="Add credentials"))
HOURLY = detector_of("hourly", probe(operation="Read secret"), dedup=("actor_username",))
OFTEN = detector_of(
    "often", probe(operation="Sign in"), window=count(by="actor_username", threshold=5, period="10m")
)
BROKEN = detector_of("broken", probe(operation="Break"), body=raises)
SHADOW = detector_of("shadow", probe(operation="Add credentials"), stage="shadow")
DETECTORS = (EACH, HOURLY, OFTEN, BROKEN, SHADOW)


def rules(subject: Collector, *records: dict[str, Any]) -> list[str]:
    """The rules of the alerts that these records raise."""
    sent = (message(number, record) for number, record in enumerate(records))
    return sorted(alert.rule for alert in subject.collect(batch(*sent)).raised)
