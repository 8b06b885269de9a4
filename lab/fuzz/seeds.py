"""The seed corpus: what the project itself makes and holds, and with `--corpus` also somebody's files.

Records of every kind of `lab.traffic` and of its incident, the records by which sources and detectors are tested
(minimal ones of every source among them), and the hand-written forms of `quirks`. The same for every run, so that a
body is named by its seed and number alone (and by the corpus, where one was given).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from cli.files import read_bodies
from lab.fuzz.quirks import quirk_bodies, quirk_records
from lab.traffic import story
from lab.traffic.company import build_company
from lab.traffic.hour import ordinary
from lab.traffic.mix import bench_bodies
from shared.events.paths import Record

TESTS: Final = Path(__file__).parents[2] / "tests"
_START: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_LARGEST_BODY: Final = 24 << 10
_SEED: Final = "fuzz"


@dataclass(frozen=True, slots=True)
class Seeds:
    """What bodies are made of. records: each as JSON text; texts: records that may be no JSON; bodies: whole ones."""

    records: tuple[bytes, ...]
    texts: tuple[bytes, ...]
    bodies: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.records) + len(self.texts) + len(self.bodies)


def read_seeds(corpus: Path | None = None) -> Seeds:
    """The seed corpus. Raises TelltaleError where a file of `corpus` cannot be read."""
    given = list(_corpus_bodies(corpus)) if corpus else []
    records = [*_traffic(), *_tested(), *(record for body in given for record in _records_of(body))]
    bodies = [*quirk_bodies(), *bench_bodies(_SEED, 400), *story_bodies(), *given]
    return Seeds(
        tuple(dict.fromkeys(map(orjson.dumps, records))),
        tuple(quirk_records()),
        tuple(dict.fromkeys(body for body in bodies if len(body) <= _LARGEST_BODY)),
    )


def _traffic() -> Iterator[Record]:
    """An hour of the made-up company, and everything its intruder does."""
    company = build_company(_SEED)
    for sent in ordinary(_SEED, company, _START, 60, 200):
        yield sent.record
    for step in story.steps(_SEED, company, _START):
        yield from (sent.record for sent in step.sent[:3])


def story_bodies() -> list[bytes]:
    """The bodies of the scenario that cannot be read as they stand."""
    return [delivery.body for delivery in story.malformed(_SEED, build_company(_SEED), _START, 4)]


def _tested() -> Iterator[Record]:
    """The records by which sources and detectors are tested."""
    for path in [TESTS / "events" / "records.jsonl", *sorted(TESTS.glob("detectors/*/*.jsonl"))]:
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                example: dict[str, Any] = json.loads(line)
                yield from (example.get("records") or [example["record"]])[:2]


def _corpus_bodies(corpus: Path) -> Iterator[bytes]:
    files = sorted(path for path in corpus.rglob("*.jsonl") if not path.name.endswith(".labels.jsonl"))
    for found in read_bodies([str(path) for path in files]):
        yield found.body


def _records_of(body: bytes) -> list[Record]:
    """The records of a body in a usual envelope, or alone; none of what is no JSON."""
    try:
        value = orjson.loads(body)
    except ValueError:
        return []
    if isinstance(value, dict):
        value = value.get("records") or value.get("Records") or value.get("record") or [value]
    return [record for record in value if isinstance(record, dict)] if isinstance(value, list) else []
