"""A source of the tests' own, with every kind of field, so that no change of a real source moves these tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from shared.base.clock import VirtualClock
from shared.base.severity import Severity
from shared.collector.collector import Collector
from shared.customer.declarations import Declarations
from shared.detection.detector import Detector
from shared.detection.discovery import LeftOut
from shared.detection.windows._listening import counting
from shared.detection.windows.window import Window
from shared.events import Batch, Event, Message, Origin
from shared.events.azure import address, operation_name
from shared.events.registry import Registry
from shared.events.results import result_code
from shared.events.source_definition import Constant, Field, Selection, Source
from shared.storage import SqliteStore, Store

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

probe = Source(
    id="probe.records",
    title="Records of the tests",
    categories=("ProbeLogs", "OtherProbeLogs"),
    fields={
        "operation": Field("operationName", normalise=operation_name, takes_objects=True),
        "event_result": Field("resultType", "properties.status.errorCode", normalise=result_code),
        "event_result_details": Field("resultType", "properties.status.errorCode"),
        "actor_username": Field("properties.user.upn", "identity"),
        "actor_user_id": Field("identity.claims.oid", "identity.claims.[http://example.com/oid]"),
        "actor_user_type": Constant("Machine"),
        "src_ip_addr": Field("callerIpAddress", normalise=address),
        "target_name": Field("properties.targets.0.name"),
        "app_name": Field("properties.app"),
        "src_latitude": Field("properties.at.latitude"),
        "src_longitude": Field("properties.at.longitude"),
        "src_geo_country": Field("properties.at.country"),
        "session_id": Field("properties.session"),
        "record_id": Field("properties.id"),
        "tenant_id": Field("tenantId"),
    },
    usual_gap=timedelta(minutes=30),
)
other = Source(
    id="probe.other",
    title="Records of another kind",
    recognise=lambda record: "probe" in record,
    recognising_keys=("probe",),
    fields={"operation": Field("probe"), "actor_username": Field("who")},
    times=("at",),
)


def registry() -> Registry:
    """The tests' own sources."""
    return Registry([probe, other])


def detector_of(
    name: str,
    *on: Selection,
    window: Window | None = None,
    body: Any = None,
    dedup: Sequence[str] = (),
    dedup_period: timedelta = timedelta(hours=1),
    title: str = "{actor_username} did it",
    stage: str = "live",
    techniques: tuple[str, ...] = ("T1078",),
    severity: Severity = Severity.MEDIUM,
) -> Detector:
    """A detector made without a file; `body` None: the selection says it all."""
    listened = on or (window.on if window else ()) or (probe(),)
    return Detector(
        id=f"tests.{name}",
        title=title,
        description="It matters to the test.",
        severity=severity,
        techniques=techniques,
        on=listened,
        body=body,
        window=counting(f"detector tests.{name}", listened, window),
        dedup=tuple(dedup),
        dedup_period=dedup_period,
        carried=("operation", "event_result", "actor_username", "src_ip_addr", "target_name"),
        confidence=70,
        runbook=(),
        response=(),
        false_positives=(),
        references=(),
        stage=stage,
        version="1",
        module="tests",
    )


def record(seconds: float = 0, **changes: Any) -> dict[str, Any]:
    """A plain record of `probe`, `seconds` after START."""
    return {
        "time": (START + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z"),
        "category": "ProbeLogs",
        "operationName": "Sign in",
        "tenantId": "tenant-1",
        "properties": {"user": {"upn": "ann@example.com"}},
        **changes,
    }


def by(user: str | None, seconds: float = 0, **changes: Any) -> dict[str, Any]:
    """A record of somebody; the user stands where the source looks first."""
    return record(seconds, properties={"user": {"upn": user}, **changes.pop("properties", {})}, **changes)


def message(number: int, *records: Mapping[str, Any], late: float = 0) -> Message:
    """The records as one hub message, taken `late` seconds after START."""
    return Message(orjson.dumps({"records": records}), number, START + timedelta(seconds=late))


def batch(*messages: Message, partition: str = "0") -> Batch:
    """Messages as a batch of one hub partition."""
    return Batch("hub", partition, messages)


def event_of(content: dict[str, Any], source: Source = probe) -> Event:
    """A record as an event, read on the slow path."""
    return Event(source, lambda: content, Origin("hub", "0", 0, 0, START))


def collector(
    detectors: Iterable[Detector],
    store: Store | None = None,
    *,
    declarations: Declarations | None = None,
    partitions: int = 1,
    clock: VirtualClock | None = None,
    outlet: Any = None,
    left_out: Sequence[LeftOut] = (),
) -> Collector:
    """A collector over the tests' own sources."""
    return Collector(
        store=store or SqliteStore(":memory:"),
        clock=clock or VirtualClock(START),
        detectors=detectors,
        registry=registry(),
        declarations=declarations,
        partitions=partitions,
        outlet=outlet,
        left_out=left_out,
    )
