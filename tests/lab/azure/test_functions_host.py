"""The local host does with functions what the Functions host does."""

from __future__ import annotations

import json
import typing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import azure.functions as func
import pytest
from croniter import croniter

from functions.hub_batch import batch_of
from lab.azure.bindings import TimerFunction, indexed
from lab.azure.functions_host import LocalHost
from shared.base.clock import VirtualClock
from shared.base.errors import TelltaleError

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
Batches = list[tuple[datetime, list[bytes]]]


class App:
    """A small app: its hub function fails as often as `failures` says, timers and batches are written down."""

    def __init__(
        self, failures: int = 0, retry: dict[str, str] | None = None, schedule: str = "0 * * * * *"
    ) -> None:
        self.clock = VirtualClock(START)
        self.failures = failures
        self.batches: Batches = []
        self.events: list[func.EventHubEvent] = []
        self.order: list[str] = []
        app = func.FunctionApp()

        def collect(events: typing.List[func.EventHubEvent]) -> None:  # noqa: UP006 - as the worker wants it
            self.order.append(f"batch {self.clock.now():%H:%M:%S}")
            self.batches.append((self.clock.now(), [event.get_body() for event in events]))
            self.events += events
            if self.failures:
                self.failures -= 1
                raise ConnectionError("the store is down")

        def tick(timer: func.TimerRequest) -> None:
            self.order.append(f"timer {self.clock.now():%H:%M:%S}")

        def page(req: func.HttpRequest) -> func.HttpResponse:
            return func.HttpResponse(f"{req.method} {req.params.get('name')}", mimetype="text/plain")

        hub = app.event_hub_message_trigger(
            arg_name="events",
            connection="Hub",
            event_hub_name="%TEST_HUB%",
            consumer_group="readers",
            cardinality=func.Cardinality.MANY,
            data_type=func.DataType.BINARY,
        )(collect)
        if retry is not None:
            app.retry(**retry)(hub)  # type: ignore[arg-type]  # one of them is a dict of its own, and not given
        app.timer_trigger(arg_name="timer", schedule=schedule)(tick)
        app.route(route="page", methods=["GET"])(page)
        self.functions = app.get_functions()

    def host(self, partitions: int = 1, **options: Any) -> LocalHost:
        return LocalHost(self.functions, self.clock, partitions=partitions, **options)


WITHOUT_END = {
    "strategy": "exponential_backoff",
    "max_retry_count": "-1",
    "minimum_interval": "00:00:01",
    "maximum_interval": "00:00:04",
}


@pytest.fixture(autouse=True)
def _hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_HUB", "telemetry")
    monkeypatch.delenv("TELLTALE_HUB_NAME", raising=False)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_messages_arrive_in_order_with_their_partition_and_numbers() -> None:
    app = App()
    host = app.host(partitions=2)
    for number in range(3):
        host.enqueue(1, f"body {number}".encode(), at(number / 10))
    host.run_until(at(5))

    batch = batch_of(app.events)
    assert (batch.hub, batch.partition) == ("telemetry", "1")
    assert [(m.body, m.sequence_number, m.enqueued_time) for m in batch.messages] == [
        (b"body 0", 0, at(0)),
        (b"body 1", 1, at(0.1)),
        (b"body 2", 2, at(0.2)),
    ]


def test_bytes_are_handed_over_as_they_are() -> None:
    app = App()
    host = app.host()
    host.enqueue(0, b"\xff\x00 not text", at(1))
    host.run_until(at(2))
    assert app.batches[0][1] == [b"\xff\x00 not text"]


def test_a_batch_holds_no_more_than_host_json_allows(tmp_path: Path) -> None:
    settings = tmp_path / "host.json"
    settings.write_text(json.dumps({"extensions": {"eventHubs": {"maxEventBatchSize": 2}}}))
    app = App()
    host = app.host(host_file=settings)
    for _ in range(5):
        host.enqueue(0, b"x", at(0.5))
    host.run_until(at(2))
    assert [len(bodies) for _, bodies in app.batches] == [2, 2, 1]


def test_a_message_is_not_taken_before_it_has_arrived() -> None:
    app = App()
    host = app.host()
    host.enqueue(0, b"early", at(1))
    host.enqueue(0, b"late", at(30))
    host.run_until(at(10))
    assert [bodies for _, bodies in app.batches] == [[b"early"]]
    host.run_until(at(31))
    assert [bodies for _, bodies in app.batches] == [[b"early"], [b"late"]]


def test_a_batch_that_failed_comes_again_until_it_succeeds_and_waits_longer_each_time() -> None:
    app = App(failures=4, retry=WITHOUT_END)
    host = app.host()
    host.enqueue(0, b"first", at(1))
    host.enqueue(0, b"later", at(2))
    host.run_until(at(50))
    assert [(time - START).total_seconds() for time, _ in app.batches] == [1, 2, 4, 8, 12, 12]
    assert [bodies for _, bodies in app.batches] == [[b"first"]] * 5 + [[b"later"]]
    assert [failure.error for failure in host.failures] == ["ConnectionError: the store is down"] * 4


def test_the_other_partitions_go_on_while_one_waits() -> None:
    app = App(failures=1, retry=WITHOUT_END)
    host = app.host(partitions=2)
    host.enqueue(0, b"fails once", at(1))
    host.enqueue(1, b"other", at(1))
    host.run_until(at(10))
    assert [bodies for _, bodies in app.batches] == [[b"fails once"], [b"other"], [b"fails once"]]


def test_without_a_retry_policy_the_checkpoint_moves_on_although_the_function_failed() -> None:
    app = App(failures=1)
    host = app.host()
    host.enqueue(0, b"lost", at(1))
    host.enqueue(0, b"next", at(2))
    host.run_until(at(10))
    assert [bodies for _, bodies in app.batches] == [[b"lost"], [b"next"]]


def test_a_retry_policy_with_an_end_gives_up() -> None:
    policy = {"strategy": "fixed_delay", "max_retry_count": "2", "delay_interval": "00:00:03"}
    app = App(failures=99, retry=policy)
    host = app.host()
    host.enqueue(0, b"hopeless", at(1))
    host.run_until(at(50))
    assert [(time - START).total_seconds() for time, _ in app.batches] == [1, 4, 7]


def test_timers_fire_by_their_schedule_and_in_order_with_the_batches() -> None:
    app = App(schedule="*/20 * * * * *")
    host = app.host()
    host.enqueue(0, b"a", at(10))
    host.enqueue(0, b"b", at(40))
    host.run_until(at(60))
    assert app.order == [
        "batch 09:00:10",
        "timer 09:00:20",
        "batch 09:00:40",
        "timer 09:00:40",
        "timer 09:01:00",
    ]


def test_timers_that_may_be_apart_fire_at_times_of_their_schedule_until_woken() -> None:
    app = App(schedule="30 * * * * *")
    host = app.host()
    host.run_until(at(12 * 60), apart=timedelta(minutes=5))
    assert app.order == ["timer 09:00:30", "timer 09:05:30", "timer 09:10:30"]
    host.wake()
    host.run_until(at(17 * 60), apart=timedelta(minutes=5))
    assert app.order[3:] == ["timer 09:12:30"]


@pytest.mark.parametrize(
    "schedule",
    [
        "0 * * * * *",
        "30 */5 * * * *",
        "45 7,22,37,52 * * * *",
        "0 20 3 * * *",
        "0 0 0 * * *",
        "15 0 6 * * 1-5",
    ],
)
def test_a_schedule_fires_when_croniter_says(schedule: str) -> None:
    timer = next(f for f in indexed(App(schedule=schedule).functions) if isinstance(f, TimerFunction))
    random = Random(schedule)
    for _ in range(200):
        moment = START + timedelta(seconds=random.randrange(3 * 86_400), microseconds=random.choice([0, 1]))
        assert timer.after(moment) == croniter(schedule, moment, second_at_beginning=True).get_next(datetime)


def test_a_message_goes_to_its_hub_and_a_hub_that_nobody_reads_is_refused() -> None:
    app = App()
    host = app.host()
    host.enqueue("0", b"body", START, "telemetry")
    host.run_until(at(1))
    assert len(app.batches) == 1
    assert [end.sequence_number for end in host.ends("telemetry")] == [0]
    assert host.ends("other") == []
    with pytest.raises(TelltaleError, match="no function reads the partition 0 of the hub other"):
        host.enqueue(0, b"body", START, "other")


def test_a_page_is_answered_by_its_function() -> None:
    host = App().host()
    answer = host.request("GET", "/api/page?name=vera")
    assert (answer.status_code, answer.get_body()) == (200, b"GET vera")
    assert host.request("POST", "/api/page").status_code == 405
    assert host.request("GET", "/api/other").status_code == 404
    assert host.request("GET", "/page").status_code == 404


def test_a_setting_that_a_trigger_names_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_HUB")
    with pytest.raises(TelltaleError, match="function collect: the setting TEST_HUB is missing"):
        App().host()


@pytest.mark.parametrize("schedule", ["* * * * *", "0 61 * * * *", "every minute"])
def test_a_schedule_that_is_none_is_refused(schedule: str) -> None:
    with pytest.raises(TelltaleError, match="is no schedule"):
        App(schedule=schedule).host()


def test_what_the_host_does_not_know_is_refused() -> None:
    app = func.FunctionApp()

    @app.queue_trigger(arg_name="message", queue_name="q", connection="c")
    def read(message: func.QueueMessage) -> None:
        return None

    with pytest.raises(
        TelltaleError, match="function read: the local host does not know the trigger queueTrigger"
    ):
        LocalHost(app.get_functions(), VirtualClock(START))
