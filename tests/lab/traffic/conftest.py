"""One played hour and one ordinary hour, made once for all tests of the traffic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from lab.traffic import hour
from lab.traffic.company import Company, build_company
from lab.traffic.envelopes import Delivery

SEED = 20
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RECORDS = 24_000


def records_in(body: bytes) -> list[dict[str, Any]]:
    """The records of a body that is valid JSON."""
    document = orjson.loads(body)
    return document.get("records") or document.get("Records") or [document]


def source_of(record: dict[str, Any]) -> str:
    """A name for the source, as a reader of the raw record would give it."""
    if "eventSource" in record:
        return "cloudtrail"
    if "schema" in record:
        return f"app.{record['app']}"
    return str(record["category"])


def time_of(record: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(record.get("time") or record["eventTime"])


def is_valid(body: bytes) -> bool:
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return True


@dataclass(frozen=True)
class Played:
    """An hour's deliveries, and the records of those that are valid, each with its enqueued time."""

    deliveries: list[Delivery]
    records: list[tuple[datetime, dict[str, Any]]]

    def of(self, source: str) -> list[dict[str, Any]]:
        return [record for _, record in self.records if source_of(record) == source]


def _played(incident: bool) -> Played:
    deliveries = list(hour.play(SEED, START, records=RECORDS, incident=incident))
    valid = [delivery for delivery in deliveries if is_valid(delivery.body)]
    return Played(
        deliveries, [(one.enqueued_time, record) for one in valid for record in records_in(one.body)]
    )


@pytest.fixture(scope="session")
def company() -> Company:
    return build_company(SEED)


@pytest.fixture(scope="session")
def told() -> Played:
    """The hour with the incident."""
    return _played(incident=True)


@pytest.fixture(scope="session")
def ordinary() -> Played:
    """The hour without it."""
    return _played(incident=False)


def minute(time: datetime) -> float:
    return (time - START) / timedelta(minutes=1)
