"""Where the records are, and replaying them through the real collector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import functions.detectors
from cli.files import FileBody
from cli.replay import Played, replay
from shared.customer.declarations import Declarations
from shared.detection.discovery import discover
from shared.events.registry import registry
from shared.storage import SqliteStore

DETECTORS = discover(functions.detectors)


def corpus_files(corpus: Path) -> list[Path]:
    """Every file of records, labels left out."""
    return sorted(path for path in corpus.glob("*/*.jsonl") if not path.name.endswith(".labels.jsonl"))


def alerts_of(bodies: Sequence[FileBody]) -> tuple[list[Mapping[str, Any]], Played]:
    """The rows that the bodies raise in a fresh collector with every detector."""
    rows: list[Mapping[str, Any]] = []
    played = replay(
        bodies,
        store=SqliteStore(":memory:"),
        detectors=DETECTORS,
        registry=registry(),
        declarations=Declarations(),
        take=rows.append,
    )
    return rows, played
