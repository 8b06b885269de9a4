"""The collector of one customer: nothing is lost, nothing is told twice, and one trouble costs nobody else anything."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import orjson
import pytest

from shared.alerts.delivery import Reply
from shared.clock import VirtualClock
from shared.collector import Collector
from shared.declarations import Declarations
from shared.detection import Detector, count
from shared.detection.detector import Severity
from shared.events import Event, Message
from shared.storage import SqliteStore, Store, StoreUnavailable
from tests.chaotic import ChaoticStore, play
from tests.detection.probe import START, batch, by, collector, detector_of, message, probe


def raises(event: Event) -> bool:
    raise KeyError(event.actor_username)


EACH = detector_of("each", probe(operation="Add credentials"))
HOURLY = detector_of("hourly", probe(operation="Read secret"), dedup=("actor_username",))
OFTEN = detector_of(
    "often", probe(operation="Sign in"), window=count(by="actor_username", threshold=5, period="10m")
)
BROKEN = detector_of("broken", probe(operation="Break"), body=raises)
SHADOW = detector_of("shadow", probe(operation="Add credentials"), stage="shadow")
DETECTORS = (EACH, HOURLY, OFTEN, BROKEN, SHADOW)
PARTITIONS = ("0", "1", "2")


def logs_of(random: Random) -> dict[str, list[Message]]:
    """Traffic of three hub partitions: records that hit, that miss, that cannot be read, all mixed."""
    logs: dict[str, list[Message]] = {}
    for partition in PARTITIONS:
        messages = []
        for number in range(25):
            second = number * 10 + int(partition)
            found = [
                by(f"user{random.randrange(6)}", second, operationName=random.choice(["Add credentials", "Read secret", "Nothing"]))
                for _ in range(random.randint(0, 3))
            ]  # fmt: skip
            # A burst lies within one second, so that its episode begins in the same step in every order.
            found += [by(f"burst{random.randrange(4)}", 0) for _ in range(random.randint(0, 2))]
            kind = random.random()
            if kind < 0.1:
                body = b"no JSON at all \xff"
            elif kind < 0.2:
                body = orjson.dumps({"records": [*found, "text", 7, None]})
            elif kind < 0.25:
                body = orjson.dumps({"records": found})[:-9] if found else b'{"records":['
            else:
                body = orjson.dumps({"records": found})
            messages.append(Message(body, 1000 + number, START + timedelta(seconds=second)))
        logs[partition] = messages
    return logs


def process(store: Store) -> Collector:
    clock = VirtualClock(START)
    clock.advance(600)
    return collector(DETECTORS, store, partitions=len(PARTITIONS), clock=clock)


def outcome(store: Store) -> dict[str, Any]:
    """What is left in the store when all is done: alerts by id, dead letters, counts of sources, shadow findings."""
    subject = process(store)
    subject.watch_windows()
    beats: Counter[Any] = Counter()
    for beat in subject.heartbeats.beats():
        beats[beat.entity, beat.hour] += beat.count
    return {
        "alerts": sorted((alert.uid, alert.rule) for alert in subject.outbox.recent(limit=10_000)),
        "letters": sorted((x.partition, x.sequence_number, x.place, x.reason, x.content) for x in subject.dead_letters.read()),
        "beats": beats,
        "shadow": subject.health.shadow_count(),
        "episodes": sorted((row.key, row.values["doc"]) for row in store.query("windows", "episodes")),
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
def test_what_is_left_is_the_same_with_and_without_failures(seed: int) -> None:
    random = Random(seed)
    logs = logs_of(random)
    calm = SqliteStore(":memory:")
    for partition, messages in logs.items():
        process(calm).collect(batch(*messages, partition=partition))
    plain = SqliteStore(":memory:")
    store = ChaoticStore(plain, random, rate=0.1)
    play(store, process, logs, random)
    expected = outcome(calm)
    assert outcome(plain) == expected
    assert store.failures > 10
    assert len(expected["alerts"]) > 20
    assert len(expected["letters"]) > 5


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


class Outlet:
    """Takes rows, or breaks."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.rows: list[Any] = []

    def send(self, rows: Any) -> Reply:
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
        def send(self, rows: Any) -> Reply:
            store.rate = 1.0
            return super().send(rows)

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


def declared(**detectors: Any) -> Declarations:
    return Declarations.model_validate(
        {"detectors": {f"tests.{name}": said for name, said in detectors.items()}}
    )


def rules(subject: Collector, *records: dict[str, Any]) -> list[str]:
    sent = (message(number, record) for number, record in enumerate(records))
    return sorted(alert.rule for alert in subject.collect(batch(*sent)).raised)


def test_a_value_on_an_allow_list_raises_nothing_in_whatever_case() -> None:
    subject = collector([EACH], declarations=declared(each={"allow": {"actor_username": ["ANN"]}}))
    records = [by(name, operationName="Add credentials") for name in ("ann", "Ann", "bob")]
    assert rules(subject, *records) == ["tests.each"]


def test_an_allow_list_may_name_a_raw_path_and_holds_for_windows() -> None:
    allow = {"allow": {"properties.user.upn": ["ann"]}}
    subject = collector([OFTEN], declarations=declared(often=allow))
    assert rules(subject, *(by("Ann", n) for n in range(9)), *(by("bob", n) for n in range(9))) == [
        "tests.often"
    ]


def test_a_threshold_of_the_customer_takes_the_place_of_the_detectors_own() -> None:
    subject = collector([OFTEN], declarations=declared(often={"threshold": 7}))
    assert rules(subject, *(by("ann", n) for n in range(6))) == []
    assert rules(subject, *(by("bob", n) for n in range(7))) == ["tests.often"]


def test_severity_and_stage_of_the_customer_take_the_place_of_the_detectors_own() -> None:
    record = by("ann", operationName="Add credentials")
    subject = collector([EACH, SHADOW], declarations=declared(each={"stage": "shadow"}, shadow={"stage": "live", "severity": "high"}))  # fmt: skip
    (alert,) = subject.collect(batch(message(1, record))).raised
    assert (alert.rule, alert.severity) == ("tests.shadow", Severity.HIGH.value)


def test_a_detector_that_is_switched_off_is_not_there() -> None:
    subject = collector([EACH, SHADOW], declarations=declared(each={"enabled": False}))
    assert [one.id for one in subject.detectors] == ["tests.shadow"]
    assert rules(subject, by("ann", operationName="Add credentials")) == []


def test_one_finding_within_the_dedup_period_whatever_the_batches() -> None:
    subject = collector([HOURLY])
    records = [by("ann", minute * 60, operationName="Read secret") for minute in (0, 10, 59, 61, 119)]
    assert [len(rules(subject, record)) for record in records] == [1, 0, 0, 1, 0]


def test_equal_records_are_one_finding_and_others_are_not() -> None:
    subject = collector([EACH])
    record = by("ann", operationName="Add credentials")
    assert len(rules(subject, record, record)) == 1
    assert len(rules(subject, record, {**record, "correlationId": "other"})) == 1


def test_customers_do_not_share_ids() -> None:
    one, other = collector([EACH]), collector([EACH])
    other.customer = "other"
    record = by("ann", operationName="Add credentials")
    uids = {subject.collect(batch(message(1, record))).raised[0].uid for subject in (one, other)}
    assert len(uids) == 2


def test_a_finding_is_enriched_with_what_the_customer_declares() -> None:
    content = {
        "own_networks": [{"name": "office", "cidr": "198.51.100.0/24"}],
        "break_glass_accounts": ["Ann"],
        "watchlists": {"leavers": {"field": "actor_username", "values": ["ANN"]}},
    }
    subject = collector([EACH], declarations=Declarations.model_validate(content))
    record = by("ann", operationName="Add credentials", callerIpAddress="198.51.100.7:443")
    (alert,) = subject.collect(batch(message(1, record))).raised
    assert set(alert.tags) == {"own network: office", "watchlist: leavers", "break-glass account"}


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
    assert listed(tuple(subject.listeners(state.entity))) == listed(DETECTORS)
