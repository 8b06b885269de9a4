"""Windows as values, and through a collector: what counts, when it crosses, and what hostile keys do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.bench.counting_store import CountingStore
from shared.alerts.alert import Alert
from shared.base.clock import VirtualClock
from shared.collector.collector import Collector
from shared.detection import Detector, count, distinct
from shared.detection.windows._sketch import digests_in
from shared.detection.windows.bucket import Bucket, document
from shared.detection.windows.contributions import Contributions, fold_cell, new_episodes
from shared.detection.windows.kinds.distinct import LARGEST_EXACT
from shared.detection.windows.marks import Cell, Mark
from shared.detection.windows.window import Window
from shared.events import Event
from shared.storage import SqliteStore
from tests.detection.probe import START, batch, by, collector, detector_of, event_of, message, other, probe

COUNT = count(by="actor_username", threshold=5, period="10m")
DISTINCT = distinct(of="app_name", by="actor_username", threshold=5, period="10m")


class Seen:
    """A record that contributed, for marks made by hand."""

    def event(self) -> Event:
        return event_of(by("ann@example.com"))

    def fields(self, names: Iterable[str]) -> dict[str, str]:
        return {}


def nothing_known(*_: object) -> bool:
    return False


def folded(bucket: Bucket | None, marks: list[Mark], window: Window) -> Bucket | None:
    contributions = Contributions(detector_of("one", window=window), window, nothing_known)
    after = fold_cell(bucket, Cell("ann", 0, marks), contributions, "hub/0")
    return bucket if after is None else after


marks_of_messages = st.lists(
    st.lists(st.tuples(st.floats(0, 60), st.sampled_from("abcdefgh")), min_size=1, max_size=3), max_size=12
).map(
    lambda messages: [
        [Mark(number, place, time, value, Seen()) for place, (time, value) in enumerate(found)]
        for number, found in enumerate(messages)
    ]
)


@given(marks_of_messages, st.data(), st.sampled_from([COUNT, DISTINCT]))
@settings(max_examples=200, deadline=None)
def test_a_row_says_the_same_however_often_and_in_whatever_batches_its_records_come(
    messages: list[list[Mark]], data: st.DataObject, window: Window
) -> None:
    once = folded(None, [mark for found in messages for mark in found], window) if messages else None
    row: Bucket | None = None
    done = 0
    while done < len(messages):
        begin = data.draw(st.integers(0, done))
        end = data.draw(st.integers(max(begin + 1, done), len(messages)))
        row = folded(row, [mark for found in messages[begin:end] for mark in found], window)
        done = max(done, end)
    if row is None or once is None:
        assert row is once
        return
    assert row.count == once.count
    if window is COUNT:  # values that are there already do not change their row, and so not its number
        assert row.sequence_number == once.sequence_number
    assert (row.first, row.last) == (once.first, once.last)
    assert row.content == once.content
    assert row.references == once.references


def test_a_row_holds_no_more_different_values_than_it_is_said_to() -> None:
    window = distinct(of="app_name", by="actor_username", threshold=1000, period="1m")
    marks = [Mark(n, 0, 0.0, f"value {n}" * 100, Seen()) for n in range(50_000)]
    full = folded(None, marks[:LARGEST_EXACT], window)
    assert full is not None
    assert len(digests_in(full.content.digests)) == window.amount([full]) == LARGEST_EXACT
    over = folded(None, marks, window)
    assert over is not None
    assert over.content.digests == b""
    assert window.amount([over]) == pytest.approx(50_000, rel=0.05)
    assert max(len(document(full)), len(document(over))) < 20_000


def bucket(number: int) -> Bucket:
    return Bucket(1, number, 0.0, 0.0)


def begun(buckets: dict[int, int], episodes: list[int], cover: int = 10) -> list[int]:
    rows = {step: [bucket(number)] for step, number in buckets.items()}
    known = [(step, "") for step in episodes]
    return [crossing.step for crossing in new_episodes(COUNT.crossings(rows), known, cover, 100)]


@pytest.mark.parametrize(
    ("buckets", "steps"),
    [
        ({100: 5}, [100]),
        ({100: 4}, []),
        ({100: 2, 109: 3}, [109]),  # the first and the last step of one window
        ({100: 2, 110: 3}, []),  # one step too far apart
        ({100: 5, 105: 5, 109: 5}, [100]),  # one episode covers them all
        ({100: 5, 110: 5}, [100, 110]),  # it goes on when the episode is over
    ],
)
def test_a_key_crosses_where_a_window_reaches_the_threshold_once_an_episode(
    buckets: dict[int, int], steps: list[int]
) -> None:
    assert begun(buckets, []) == steps


def test_late_records_do_not_begin_an_episode_again() -> None:
    assert begun({95: 5, 100: 5}, [100]) == []
    assert begun({91: 5, 100: 5}, [100]) == []
    assert begun({90: 5, 100: 5}, [100]) == [90]  # far enough to have been one of its own


@given(st.dictionaries(st.integers(0, 60), st.integers(0, 6), max_size=20), st.integers(10, 30))
def test_judging_again_what_was_judged_begins_nothing(buckets: dict[int, int], cover: int) -> None:
    steps = begun(buckets, [], cover)
    assert begun(buckets, steps, cover) == []
    assert all(abs(one - another) >= cover for one in steps for another in steps if one != another)


def collected(detector: Detector, *records: dict[str, Any], subject: Collector | None = None) -> list[Alert]:
    subject = subject or collector([detector])
    messages = (message(number, record) for number, record in enumerate(records, 1))
    return list(subject.collect(batch(*messages)).raised)


@pytest.mark.parametrize(("number", "raised"), [(4, 0), (5, 1), (6, 1), (50, 1)])
def test_a_count_crosses_at_its_threshold_exactly(number: int, raised: int) -> None:
    detector = detector_of("one", window=COUNT)
    alerts = collected(detector, *(by("ann@example.com", second) for second in range(number)))
    assert len(alerts) == raised
    assert all(alert.count == number for alert in alerts)


@pytest.mark.parametrize(("number", "raised"), [(4, 0), (5, 1), (9, 1)])
def test_distinct_counts_values_and_not_records(number: int, raised: int) -> None:
    detector = detector_of("one", window=DISTINCT)
    records = [by("ann", n, properties={"app": f"App {n % number}"}) for n in range(40)]
    assert len(collected(detector, *records)) == raised


def test_distinct_takes_values_that_differ_in_case_for_one() -> None:
    detector = detector_of("one", window=DISTINCT)
    records = [by("ann", n, properties={"app": "abcdef"[:n] + "abcdef"[n:].upper()}) for n in range(6)]
    assert collected(detector, *records) == []


def test_a_record_without_the_key_or_the_value_counts_nowhere() -> None:
    no_key = collector([detector_of("one", window=COUNT)])
    assert collected(no_key.detectors[0], *(by(None, n) for n in range(9)), subject=no_key) == []
    no_value = collector([detector_of("one", window=DISTINCT)])
    assert collected(no_value.detectors[0], *(by("ann", n) for n in range(9)), subject=no_value) == []
    assert no_key.watch_windows() == no_value.watch_windows() == []


def test_a_record_that_two_selections_of_a_detector_take_counts_once() -> None:
    detector = detector_of(
        "one", probe(operation="Sign in"), probe(category="ProbeLogs"), other(), window=COUNT
    )
    assert collected(detector, *(by("ann", n) for n in range(4))) == []
    assert len(collected(detector, *(by("ann", n) for n in range(5)))) == 1


def test_a_key_is_the_same_whatever_its_case_and_the_alert_names_it() -> None:
    detector = detector_of("one", window=COUNT)
    (alert,) = collected(
        detector, *(by(name, n) for n, name in enumerate(["Ann", "aNN", "ANN", "ann", "Ann"]))
    )
    assert alert.name == "ann did it"
    assert alert.entities["actor_username"] == "ann"


def test_an_alert_names_no_value_in_which_its_records_differ() -> None:
    detector = detector_of("one", window=COUNT, title="{actor_username} from {src_ip_addr}")
    subject = collector([detector])
    raised: list[Alert] = []
    for number in range(1, 8):  # one batch each, so that the rows are written again and again
        record = by("ann", number, callerIpAddress=f"192.0.2.{min(number, 3)}")
        raised += subject.collect(batch(message(number, record))).raised
    (alert,) = raised
    assert "src_ip_addr" not in alert.entities
    assert alert.name == "ann from an unknown address"


def test_an_alert_names_no_value_in_which_its_rows_differ() -> None:
    detector = detector_of("one", window=COUNT, title="{actor_username} from {src_ip_addr}")
    subject = collector([detector])
    raised: list[Alert] = []
    for number in range(1, 6):  # one row each: a step is a minute
        record = by("ann", number * 60, callerIpAddress=f"192.0.2.{number % 2}")
        raised += subject.collect(batch(message(number, record))).raised
    (alert,) = raised
    assert "src_ip_addr" not in alert.entities


def test_rows_are_written_once_a_batch_and_not_once_a_record() -> None:
    counting = CountingStore(SqliteStore(":memory:"))
    subject = collector([detector_of("one", window=COUNT), detector_of("two", window=DISTINCT)], counting)
    subject.collect(batch(message(1, by("zoe"))))
    before = counting.by_table["windows"]
    records = [by(f"user{n % 40}", n // 10, properties={"app": "a"}) for n in range(120)]
    subject.collect(batch(*(message(n + 2, record) for n, record in enumerate(records))))
    assert counting.by_table["windows"] - before <= 4  # one a shard


def test_the_timer_reads_quiet_keys_together_and_not_one_by_one() -> None:
    counting = CountingStore(SqliteStore(":memory:"))
    subject = collector([detector_of("one", window=COUNT)], counting)
    subject.collect(batch(message(1, *(by(f"user{n}") for n in range(500)))))
    before = counting.by_table["windows"]
    assert subject.watch_windows() == []
    assert counting.by_table["windows"] - before <= 5


def test_the_timer_removes_rows_that_can_no_longer_matter() -> None:
    store = SqliteStore(":memory:")
    clock = VirtualClock(START)
    subject = collector([detector_of("one", window=COUNT)], store, clock=clock)
    assert len(collected(subject.detectors[0], *(by("ann", n) for n in range(5)), subject=subject)) == 1
    clock.advance(timedelta(days=30).total_seconds())
    subject.watch_windows()
    assert list(store.query("windows")) == []
    late = by("ann", 60)  # its row comes back, and nobody is told of the same burst twice
    assert subject.collect(batch(message(90, late))).raised == ()


def test_an_alert_that_was_lost_between_the_episode_and_the_outbox_is_raised_by_the_timer() -> None:
    store = SqliteStore(":memory:")
    subject = collector([detector_of("one", window=COUNT)], store)
    analysis = subject.analyse(batch(*(message(n, by("ann", n)) for n in range(5))))
    (finding,) = subject.windows.commit("hub|0", analysis.run.contributions)  # and then the process is gone
    after = collector(subject.detectors, store)
    (alert,) = after.watch_windows()
    assert alert.rule == finding.detector.id
    assert after.watch_windows() == []


def test_what_was_raised_is_not_taken_to_the_outbox_again_by_the_timer() -> None:
    counting = CountingStore(SqliteStore(":memory:"))
    subject = collector([detector_of("one", window=COUNT)], counting)
    assert len(collected(subject.detectors[0], *(by("ann", n) for n in range(5)), subject=subject)) == 1
    before = counting.by_table["outbox"]
    restarted = collector(subject.detectors, counting)
    assert restarted.watch_windows() == []
    assert counting.by_table["outbox"] == before


def test_keys_of_several_fields_are_kept_apart() -> None:
    detector = detector_of("one", window=count(by=["actor_username", "app_name"], threshold=2, period="10m"))
    pairs = [("a\x1fb", "c"), ("a", "b\x1fc"), ("a", "b"), ("ab", "")]
    records = [by(user, n, properties={"app": app}) for n, (user, app) in enumerate(pairs)]
    assert collected(detector, *records) == []
