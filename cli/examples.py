"""The examples of detectors: read from `tests/detectors/<folder>/<name>.jsonl`, run through the real collector.

Those of detectors of somebody's own stand beside them, in `examples/<name>.jsonl`.

The tests hold each detector to them, and the page of a detector shows the alert of the first that hits.

One JSON object a line: `expect` (hit or miss), `why`, and `record`, or `records`, or `repeat` times `record` with
`step` between them and `vary` (path -> template with {n}); times move by `step`. With `series`, a list of such runs of
the one `record`, each `after` so long. `wait`: how long the timers go on afterwards. `with`: ids of other detectors
that run beside this one, for those that listen to findings.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from cli.declared import library
from shared.alerts.alert import Alert
from shared.base.clock import VirtualClock
from shared.base.durations import parse_duration
from shared.collector.collector import Collector
from shared.detection.detector import Detector
from shared.detection.discovery import OWN
from shared.events import Batch, Message
from shared.events.registry import registry
from shared.events.times import parse_time, rfc3339
from shared.storage import SqliteStore

HERE = Path(__file__).parents[1] / "tests" / "detectors"
_TIMES = ("time", "eventTime", "timeStamp", "published", "created_at")


@dataclass(frozen=True)
class Example:
    """A line of an examples file."""

    detector: str
    line: int
    expect: str
    why: str
    records: tuple[dict[str, Any], ...]
    wait: timedelta = timedelta()
    others: tuple[str, ...] = ()


def examples_file(detector: Detector) -> Path:
    """Where the examples of a detector stand."""
    folder, _, name = detector.id.partition(".")
    if detector.module == f"functions.detectors.{detector.id}" and folder != OWN:
        return HERE / folder / f"{name}.jsonl"
    return Path(str(sys.modules[detector.module].__file__)).parent / "examples" / f"{name}.jsonl"


def examples_of(detector: Detector) -> Iterator[Example]:
    """The examples of a detector; a malformed line fails with its number."""
    path = examples_file(detector)
    if not path.is_file():
        return
    for number, text in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            yield Example(
                detector.id,
                number,
                line["expect"],
                line["why"],
                tuple(_records(line)),
                parse_duration(line["wait"]) if "wait" in line else timedelta(),
                tuple(line.get("with", ())),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise AssertionError(f"{path.name}:{number}: not an example: {error!r}") from None


def _records(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "records" in line:
        yield from line["records"]
        return
    for run in line.get("series", [line]):
        step = parse_duration(run.get("step", "1s"))
        begin = parse_duration(run["after"]) if "after" in run else timedelta()
        for n in range(run.get("repeat", 1)):
            record = copy.deepcopy(run.get("record", line.get("record")))
            _move(record, begin + step * n)
            for path, template in run.get("vary", {}).items():
                _put(record, path.split("."), template.replace("{n}", str(n)))
            yield record


def _move(record: dict[str, Any], by: timedelta) -> None:
    for name in _TIMES:
        moment = parse_time(record.get(name))
        if moment is not None and by:
            record[name] = rfc3339(moment + by)


def _put(record: Any, path: list[str], value: str) -> None:
    for part in path[:-1]:
        record = record[int(part)] if isinstance(record, list) else record[part]
        if isinstance(record, str):
            raise AssertionError("vary cannot reach into a JSON string; write records instead")
    if isinstance(record, list):
        record[int(path[-1])] = value
    else:
        record[path[-1]] = value


def alerts_of(detector: Detector, example: Example) -> list[Alert]:
    """What the example raises when the detector runs alone in a real collector on the embedded store."""
    start = next(
        (t for record in example.records if (t := _time(record))), datetime(2026, 3, 10, 9, tzinfo=UTC)
    )
    clock = VirtualClock(start)
    collector = Collector(
        store=SqliteStore(":memory:"),
        clock=clock,
        detectors=[detector, *(_library()[name] for name in example.others)],
        registry=registry(),
        partitions=1,
    )
    messages = tuple(
        Message(orjson.dumps({"records": [record]}), number, _time(record) or start)
        for number, record in enumerate(example.records)
    )
    raised = list(collector.collect(Batch("example", "0", messages)).raised)
    if example.wait:
        clock.advance_to(max((message.enqueued_time for message in messages), default=start) + example.wait)
        raised += collector.watch_windows()
    return raised


@cache
def _library() -> dict[str, Detector]:
    return {detector.id: detector for detector in library().detectors}


def _time(record: dict[str, Any]) -> datetime | None:
    return next((moment for name in _TIMES if (moment := parse_time(record.get(name)))), None)
