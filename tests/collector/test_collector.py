"""The collector of one customer: nothing is lost, nothing is told twice, and one trouble costs nobody else anything."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import orjson
import pytest

from shared.base.clock import VirtualClock
from shared.base.errors import DeclarationError
from shared.customer.declarations import Declarations
from shared.delivery.outlet import Reply
from shared.detection import Detector
from shared.detection.discovery import LeftOut
from shared.events import Event, Message
from shared.events.registry import Registry
from shared.events.source_definition import Field
from shared.storage import SqliteStore, StoreUnavailable
from shared.upkeep.status.page import render
from tests.chaotic import ChaoticStore
from tests.detection import probe as module
from tests.detection.probe import START, batch, by, collector, detector_of, message, probe
from tests.example_detectors import BROKEN, DETECTORS, EACH, HOURLY, SHADOW, rules


def test_a_store_that_is_down_is_the_one_thing_that_raises() -> None:
    store = ChaoticStore(SqliteStore(":memory:"), Random(1), rate=0.0)
    subject = collector([EACH], store)
    subject.collect(batch(message(1, by("ann"))))
    store.rate = 1.0
    with pytest.raises(StoreUnavailable):
        subject.collect(batch(message(2, by("ann", operationName="Add credentials"))))
    store.rate = 0.0
    assert len(subject.collect(batch(message(2, by("ann", operationName="Add credentials")))).raised) == 1


def test_a_batch_says_what_became_of_it() -> None:
    subject = collector(DETECTORS)
    bad = Message(b"no JSON", 2, START)
    report = subject.collect(batch(message(1, by("ann", operationName="Add credentials"), by("bob")), bad))
    assert (report.records, report.dead_letters, report.hits) == (2, 1, 2)  # the shadow detector hit as well
    assert [alert.rule for alert in report.raised] == ["tests.each"]
    again = subject.collect(batch(message(1, by("ann", operationName="Add credentials"), by("bob")), bad))
    assert again.raised == ()
    assert subject.dead_letters.count() == 1


def test_a_batch_that_raises_nothing_writes_its_counts_and_no_more() -> None:
    subject = collector(DETECTORS)
    assert subject.collect(batch()).records == 0
    report = subject.collect(batch(message(1)))
    assert (report.records, report.dead_letters) == (0, 0)


def test_a_detector_that_raises_costs_the_record_nothing_and_is_told_once_an_hour() -> None:
    clock = VirtualClock(START)
    watched = detector_of("watched", probe(operation="Break"))
    subject = collector([BROKEN, watched], clock=clock)
    told = []
    for number in range(8):
        report = subject.collect(batch(message(number, by(f"user{number}", operationName="Break"))))
        told.append(sorted(alert.rule for alert in report.raised))
        clock.advance(15 * 60)
    both, one = ["telltale.detector_error", "tests.watched"], ["tests.watched"]
    assert told == [both, one, one, one, both, one, one, one]
    (trouble,) = subject.health.troubles()
    assert (trouble.detector, trouble.error) == ("tests.broken", "KeyError: 'user7'")


def test_a_detector_that_is_left_out_is_on_the_status_page_and_an_alert_a_day() -> None:
    clock = VirtualClock(START)
    reason = "functions/detectors/own/refunds.py: a detector file holds one detector, this one holds 0"
    subject = collector([BROKEN], clock=clock, left_out=[LeftOut("own.refunds", reason)])
    raised = []
    for _ in range(4):
        raised.append([(alert.rule, alert.message) for alert in subject.watch_heartbeats()])
        clock.advance(12 * 3600)
    alert = [("telltale.detector_left_out", reason)]
    assert raised == [alert, [], alert, []]
    assert "1 detector left out" in subject.status().attention
    assert reason in render(subject.status())
    assert reason.encode() in subject.status().to_json()


def test_what_is_declared_for_a_detector_that_is_left_out_does_not_stop_the_start() -> None:
    declarations = Declarations.model_validate({"detectors": {"own.refunds": {"severity": "High"}}})
    with pytest.raises(DeclarationError, match=r"own\.refunds"):
        collector([BROKEN], declarations=declarations)
    assert collector([BROKEN], declarations=declarations, left_out=[LeftOut("own.refunds", "no")]).detectors


def test_a_detector_that_raises_with_a_hostile_text_is_told_all_the_same() -> None:
    def hostile(event: Event) -> bool:
        raise ValueError("\ud800\x00" * 1000)

    subject = collector([detector_of("hostile", probe(), body=hostile)])
    (alert,) = subject.collect(batch(message(1, by("ann")))).raised
    assert alert.rule == "telltale.detector_error"
    assert len(subject.health.troubles()[0].error) <= 300


def test_a_message_on_which_the_decoder_breaks_becomes_a_dead_letter_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subject = collector([EACH])
    decode = subject.detection.decoder.decode

    def break_on(body: bytes) -> Any:
        if b"poison" in body:
            raise RuntimeError("this should not happen")
        return decode(body)

    monkeypatch.setattr(subject.detection.decoder, "decode", break_on)
    good = by("ann", operationName="Add credentials")
    sent = batch(message(1, good), message(2, by("poison")), message(3, {**good, "resultType": "0"}))
    report = subject.collect(sent)
    assert [alert.rule for alert in report.raised] == ["tests.each"] * 2
    (letter,) = subject.dead_letters.read()
    assert (letter.sequence_number, letter.reason) == (2, "could not be processed: RuntimeError")
    assert letter.content == sent.messages[1].body
    subject.collect(sent)
    assert subject.dead_letters.count() == 1


def test_a_record_on_which_a_source_breaks_costs_its_own_message_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(value: Any) -> str | None:
        if value == "poison":
            raise RuntimeError("a normaliser that breaks")
        return str(value)

    fields = {**module.probe.fields, "app_name": Field("properties.app", normalise=broken)}
    source = replace(module.probe, fields=fields)
    monkeypatch.setattr(module, "registry", lambda: Registry([source, module.other]))
    subject = collector([detector_of("each", source(operation="Add credentials", app_name="mail"))])

    def hit(number: int, **changes: Any) -> dict[str, Any]:
        return by(f"user{number}", operationName="Add credentials", properties={"app": "mail"}, **changes)

    sent = [
        message(1, hit(1)),
        Message(orjson.dumps({"records": [hit(2), "text"]})[:-1], 2, START),  # cut off: read on the slow path
        message(3, hit(3), by("x", operationName="Add credentials", properties={"app": "poison"})),
        message(4, hit(4)),
    ]
    report = subject.collect(batch(*sent))
    assert {alert.entities["actor_username"] for alert in report.raised} >= {"user1", "user2", "user4"}
    given_up = [letter for letter in subject.dead_letters.read() if letter.place == 999_999]
    assert [(letter.sequence_number, letter.content) for letter in given_up] == [(3, sent[2].body)]


class Outlet:
    """Takes rows, or breaks."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.rows: list[Any] = []

    def send(self, rows: Any, seconds: float | None = None) -> Reply:
        if self.error is not None:
            raise self.error
        self.rows += rows
        return Reply(delivered=frozenset(range(len(rows))))


def test_delivery_that_fails_never_raises_from_collect_and_is_tried_again() -> None:
    clock = VirtualClock(START)
    outlet = Outlet(RuntimeError("the service is down"))
    subject = collector([EACH], clock=clock, outlet=outlet)
    report = subject.collect(batch(message(1, by("ann", operationName="Add credentials"))))
    assert len(report.raised) == 1
    assert "the service is down" in str(report.delivery.problem)
    assert subject.outbox.pending_count() == 1
    outlet.error = None
    clock.advance(3600)
    assert subject.deliver().delivered == 1
    assert [row["RuleName"] for row in outlet.rows] == ["tests.each"]


def test_a_store_that_fails_during_delivery_never_raises_from_collect() -> None:
    store = ChaoticStore(SqliteStore(":memory:"), Random(1), rate=0.0)

    class Breaking(Outlet):
        def send(self, rows: Any, seconds: float | None = None) -> Reply:
            store.rate = 1.0
            return super().send(rows, seconds)

    subject = collector([EACH], store, outlet=Breaking())
    report = subject.collect(batch(message(1, by("ann", operationName="Add credentials"))))
    assert len(report.raised) == 1
    assert "StoreUnavailable" in str(report.delivery.problem)


def test_alerts_are_delivered_at_the_end_of_the_batch_that_raised_them() -> None:
    outlet = Outlet()
    subject = collector([EACH], outlet=outlet)
    report = subject.collect(batch(message(1, by("ann", operationName="Add credentials"))))
    assert report.delivery.delivered == len(outlet.rows) == 1
    assert subject.outbox.pending_count() == 0


def test_a_detector_in_shadow_stage_raises_nothing_and_is_remembered() -> None:
    subject = collector([SHADOW])
    sent = batch(message(1, by("ann\x00", operationName="Add credentials")))
    assert subject.collect(sent).raised == ()
    assert subject.collect(sent).raised == ()
    assert subject.health.shadow_count() == 1
    assert subject.outbox.recent() == []


def test_one_finding_within_the_dedup_period_whatever_the_batches() -> None:
    subject = collector([HOURLY])
    records = [by("ann", minute * 60, operationName="Read secret") for minute in (0, 10, 59, 61, 119)]
    assert [len(rules(subject, record)) for record in records] == [1, 0, 0, 1, 0]


def test_equal_records_are_one_finding_and_others_are_not() -> None:
    subject = collector([EACH])
    record = by("ann", operationName="Add credentials")
    assert len(rules(subject, record, record)) == 1
    assert len(rules(subject, record, {**record, "correlationId": "other"})) == 1


def test_a_record_that_is_not_from_a_known_source_is_kept_and_counted_as_unreadable() -> None:
    subject = collector([EACH])
    report = subject.collect(batch(message(1, {"foo": "bar"}, by("ann", operationName="Add credentials"))))
    assert (report.records, report.dead_letters, len(report.raised)) == (1, 1, 1)


def listed(detectors: tuple[Detector, ...]) -> list[str]:
    return [one.id for one in detectors]


def test_a_source_knows_who_listens_to_it() -> None:
    subject = collector(DETECTORS)
    subject.collect(batch(message(1, by("ann"))))
    (state,) = subject.sources()
    assert listed(tuple(subject.telemetry.listeners(state.entity))) == listed(DETECTORS)
