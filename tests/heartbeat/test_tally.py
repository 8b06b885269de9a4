"""Counting heads of a message comes to the same as counting its records one by one, whatever they say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.event import Event
from shared.events.message import Message, Origin
from shared.events.reading.decoder import Decoder
from shared.events.registry import Registry
from shared.events.source_definition import Constant, Field, HeadPaths, Source
from shared.events.times import utc_seconds
from shared.heartbeat import tally as module
from shared.heartbeat.entity import UNREADABLE, Entity, entity_of
from shared.heartbeat.tally import Part, Tally
from tests.detection.probe import START, message, probe, record

plain = Source(
    id="probe.plain",
    title="Records with another head",
    recognise=lambda found: "eventSource" in found,
    recognising_keys=("eventSource",),
    head=HeadPaths(time="eventTime", category="eventSource", operation="eventName", tenant="account"),
    times=("eventTime", "at"),
    fields={"operation": Field("eventName")},
)
application = Source(
    id="app",
    title="Applications",
    dynamic=True,
    recognise=lambda found: str(found.get("schema", "")).startswith("telltale.app/"),
    recognising_keys=("schema",),
    head=HeadPaths(time="time", category="app", operation="event", tenant="schema"),
    fields={"app_name": Field("app"), "actor_user_type": Constant("User")},
)
DECODER = Decoder(Registry([probe, application]), {})


def counted(message: Message, *, slow_path: bool) -> Tally:
    """The tally of a message, by heads where they can be had or record by record."""
    found = Tally()
    decoded = DECODER.decode_slow_path(message.body) if slow_path else DECODER.decode(message.body)
    for group in decoded.groups:
        found.take_group(group, message)
    for slow in decoded.slow:
        origin = Origin("hub", "0", message.sequence_number, slow.index, message.enqueued_time)
        found.take_event(Event(slow.source, lambda slow=slow: slow.record, origin), message)  # type: ignore[misc]  # bound at once
    return found


def near(one: Part, other: Part) -> bool:
    second = 1.0
    return (
        (one.sequence_number, one.count, one.enqueued) == (other.sequence_number, other.count, other.enqueued)
        and abs(one.first - other.first) < second
        and abs(one.last - other.last) < second
    )


NAIVE = START.replace(tzinfo=None)


def forms(moment: datetime) -> st.SearchStrategy[Any]:
    """A moment in the ways in which senders write it; some of them mean another moment."""
    return st.sampled_from(
        [
            moment.isoformat(timespec="milliseconds") + "Z",
            moment.isoformat(timespec="seconds") + "Z",
            moment.isoformat(timespec="microseconds") + "+00:00",
            moment.isoformat(timespec="seconds") + "+05:00",
            moment.isoformat(timespec="seconds") + "-03:30",
            moment.isoformat(),
            moment.isoformat(sep=" "),
            moment.strftime("%m/%d/%Y %I:%M:%S %p"),
            int((moment - NAIVE).total_seconds() + START.timestamp()),
        ]
    )


STRANGE_TIMES: list[Any] = [None, "", "soon", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", [], {}, True]
times: st.SearchStrategy[Any] = st.one_of(
    st.datetimes(NAIVE - timedelta(minutes=40), NAIVE + timedelta(minutes=80)).flatmap(forms),
    st.sampled_from([*STRANGE_TIMES, "2026-11-02T09:00:00Z"]),
)
tenants: st.SearchStrategy[Any] = st.sampled_from(
    ["t1", "T1", "t2", "", None, 5, {}, [], {"id": "t1"}, "a\x1fb", "\x00t1", " t1 ", "x" * 500]
)
records = st.one_of(
    st.fixed_dictionaries(
        {"category": st.sampled_from(["ProbeLogs", "OtherProbeLogs", "probelogs"])},
        optional={"time": times, "tenantId": tenants, "eventTimestamp": times, "timeStamp": times},
    ),
    st.fixed_dictionaries(
        {"schema": st.just("telltale.app/1"), "event": st.just("authn_login_fail")},
        optional={
            "time": times,
            "app": st.sampled_from(["Payroll", "payroll", "", None, 7, "a\x1fb", "x" * 300]),
        },
    ),
)


@given(st.lists(records, min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
def test_heads_and_whole_records_come_to_the_same_counts(found: list[dict[str, Any]]) -> None:
    sent = message(7, *found)
    quick, slow = counted(sent, slow_path=False), counted(sent, slow_path=True)
    assert quick.parts.keys() == slow.parts.keys()
    assert quick.untimed == slow.untimed
    for where, parts in quick.parts.items():
        assert sum(part.count for part in parts) == sum(part.count for part in slow.parts[where])
        assert all(near(one, other) for one, other in zip(parts, slow.parts[where], strict=True))
    assert sum(part.count for parts in quick.parts.values() for part in parts) == len(found)


@pytest.mark.parametrize("tenant", [{}, [], {"id": 1}])
def test_a_tenant_that_is_an_object_costs_the_other_records_nothing(tenant: Any) -> None:
    sent = message(1, record(), record(tenantId=tenant), record(tenantId="t2"))
    (group,) = DECODER.decode(sent.body).groups
    found = Tally()
    found.take_group(group, sent)
    assert {entity.tenant: parts[0].count for (entity, _), parts in found.parts.items()} == {
        "tenant-1": 1, "": 1, "t2": 1,
    }  # fmt: skip


@pytest.mark.parametrize("time", [{}, [], {"a": 1}, 10**30, True, "2026-11-02T09:99:99Z"])
def test_a_time_that_is_none_counts_at_its_arrival(time: Any) -> None:
    body = orjson.dumps([record()]).replace(
        b'"2026-11-02T09:00:00Z"', b"1e30" if time == 10**30 else orjson.dumps(time)
    )
    sent = Message(body, 1, START + timedelta(hours=2))
    found = counted(sent, slow_path=False)
    assert [hour for _, hour in found.parts] == [int(sent.enqueued_time.timestamp()) // 3600]
    assert found.untimed == 1


@pytest.mark.parametrize(
    ("late_hours", "told"),
    [
        (0, (0, 0)),
        (23, (0, 0)),
        (30, (0, 1)),
        (24 * 400, (0, 1)),
        (-12, (1, 0)),
        (-24 * 365 * 73, (1, 0)),
        (24 * 365 * 56, (0, 1)),
    ],
)
def test_whatever_its_clock_says_a_record_counts_when_it_arrives_and_a_wrong_clock_is_told(
    late_hours: int, told: tuple[int, int]
) -> None:
    sent = message(1, record(-late_hours * 3600.0), record(0))
    for slow_path in (False, True):
        (((_, hour), (part,)),) = counted(sent, slow_path=slow_path).parts.items()
        assert hour == int(START.timestamp()) // 3600
        assert (part.ahead, part.behind) == told
        assert part.count == 2
        assert abs(part.enqueued - part.first) <= 24 * 3600


def test_times_in_several_zones_are_compared_as_moments() -> None:
    times = ["2026-11-02T09:00:00Z", "2026-11-02T09:15:00+05:00", "2026-11-02T09:30:00Z"]
    sent = message(1, *({**record(), "time": time} for time in times), late=2000)
    for slow_path in (False, True):
        ((part,),) = counted(sent, slow_path=slow_path).parts.values()
        assert (part.count, part.last - part.first) == (3, 5.25 * 3600)


def test_what_cannot_be_read_counts_for_the_source_of_the_rest_of_its_message() -> None:
    found = Tally()
    sent = message(1, record())
    for group in DECODER.decode(sent.body).groups:
        found.take_group(group, sent)
    found.take_unreadable(2, "probe.plain", sent)
    alone = message(2)
    found.take_unreadable(1, "probe.plain", alone)
    found.take_unreadable(1, "", message(3))
    told = {
        entity.source: [(part.count, part.bad) for part in parts]
        for (entity, _), parts in found.parts.items()
    }
    assert told == {"probe.records": [(1, 2)], "probe.plain": [(0, 1)], UNREADABLE: [(0, 1)]}


def test_a_group_in_one_hour_is_counted_without_reading_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = message(1, *(record(second) for second in range(200)))
    read: list[object] = []

    def seconds(text: str) -> float | None:
        read.append(text)
        return utc_seconds(text)

    monkeypatch.setattr(module, "utc_seconds", seconds)
    assert [part.count for parts in counted(sent, slow_path=False).parts.values() for part in parts] == [200]
    assert len(read) == 2


HOSTILE = [
    "a|b",
    "a\x1fb",
    "\x1f\x1f",
    "\x00",
    "../..",
    "x" * 1_000_000,
    "\ud800",
    "\u202etenant",
    "%2f",
    "",
    " ",
    "ä/ö?#",
]


@pytest.mark.parametrize("name", HOSTILE, ids=[ascii(name[:8]) for name in HOSTILE])
def test_an_entity_of_a_hostile_name_is_read_back_from_its_text(name: str) -> None:
    for source in (probe, application, plain):
        entity = entity_of(source, name, name)
        assert Entity.from_text(entity.text()) == entity
        assert len(entity.text()) < 500
        entity.text().encode()
        assert entity.name.isprintable()


def test_a_category_is_the_same_source_in_whatever_case_it_comes() -> None:
    assert entity_of(probe, "t", "PROBELOGS") == entity_of(probe, "t", "ProbeLogs")


def test_an_application_is_a_source_by_its_name_and_one_without_a_name_is_one_too() -> None:
    assert entity_of(application, "telltale.app/1", "Payroll") == Entity("app.Payroll", "", "")
    assert entity_of(application, "telltale.app/1", None) == Entity("app.unnamed", "", "")
