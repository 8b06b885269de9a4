"""What detectors need is recorded from their own examples, and the record keeps up with them."""

from __future__ import annotations

import functions.detectors
from build.required_fields import FILE, recorded, text
from shared.detection.discovery import discover
from shared.heartbeat.sample import required_fields

DETECTORS = discover(functions.detectors)
BY_ID = {detector.id: detector for detector in DETECTORS}


def test_the_record_is_current() -> None:
    assert FILE.read_text("utf-8") == text(), f"{FILE.name} has fallen behind: run `make docs`"


def test_almost_every_detector_of_records_needs_something() -> None:
    without = [one.id for one in DETECTORS if one.id not in required_fields()]
    assert len(without) <= len(DETECTORS) // 20, without


def test_a_detector_needs_what_its_conditions_its_body_and_its_window_need() -> None:
    needed = recorded([BY_ID["entra.password_spray"]])["entra.password_spray"]
    assert {"src_ip_addr", "actor_username"} <= set(needed["entra.signin"])  # by, and of


def test_what_is_only_one_way_of_several_or_never_read_is_not_needed() -> None:
    for identity, sources in required_fields().items():
        detector = BY_ID[identity]
        window = detector.window.fields if detector.window is not None else ()
        for source, names in sources.items():
            assert source in detector.sources
            read = {clause.field for one in detector.on for clause in one.clauses}
            assert set(names) <= read | {*detector.reads, *window}
    assert "correlation_id" not in str(required_fields())


def test_the_key_of_every_window_is_needed_so_that_a_source_that_loses_it_is_told_as_thin() -> None:
    without = [
        (identity, source, name)
        for identity, sources in required_fields().items()
        if (window := BY_ID[identity].window) is not None
        for source, names in sources.items()
        for name in window.by
        if name not in names
    ]
    assert without == []
