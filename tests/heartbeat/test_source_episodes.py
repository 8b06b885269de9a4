"""What was wrong, from when to when; and that what is raised meanwhile says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.alerts.alert_row import to_row
from shared.events.times import rfc3339
from shared.heartbeat.judgement.finding_kinds import FindingKind
from shared.heartbeat.source_episodes import KEEP, PARTITION
from shared.heartbeat.state import TABLE
from shared.storage import Row, Upsert
from tests.detection.probe import START, batch, collector, detector_of, message, probe, record
from tests.heartbeat.test_source_watch import SILENT_RULE, Life


def silence() -> Life:
    """A source that is silent from 0:00 to 0:50."""
    life = Life()
    life.speak(0)
    life.watch(1)
    assert life.names(31) == [SILENT_RULE]
    life.speak(50)
    life.back(51)
    return life


def test_a_silence_lasts_from_its_last_record_to_the_one_that_ended_it() -> None:
    (episode,) = silence().subject.telemetry.episodes.all()
    assert episode.kind is FindingKind.SILENT
    assert episode.begun == START.timestamp()
    assert episode.ended == (START + timedelta(minutes=50)).timestamp()
    assert episode.mute == ""


def test_a_silence_that_lasts_has_no_end() -> None:
    life = Life()
    life.speak(0)
    life.watch(1)
    life.watch(31)
    (episode,) = life.subject.telemetry.episodes.all()
    assert episode.ended is None
    assert episode.overlaps(START.timestamp() + 3600, START.timestamp() + 7200)


def test_blind_times_are_those_of_the_sources_asked_about() -> None:
    episodes = silence().subject.telemetry.episodes
    now, after = START + timedelta(hours=9), START + timedelta(hours=5)
    meanwhile = START + timedelta(minutes=20)
    (found,) = episodes.dark_times(["probe.records"], meanwhile, meanwhile, now)
    assert (found["source"], found["from"], found["to"]) == (
        "probe.records",
        rfc3339(START),
        rfc3339(START + timedelta(minutes=50)),
    )
    assert episodes.dark_times(["probe.records"], after, after, now) == []
    assert episodes.dark_times(["other.records"], START, now, now) == []


def test_episodes_are_forgotten_when_they_are_over_for_long() -> None:
    life = silence()
    episodes = life.subject.telemetry.episodes
    episodes.remove_old(START + KEEP - timedelta(days=1))
    assert len(episodes.all()) == 1
    episodes.remove_old(START + KEEP + timedelta(days=1))
    assert episodes.all() == []


def test_a_damaged_row_tells_nothing_and_harms_nothing() -> None:
    life = silence()
    life.store.commit(
        TABLE, [Upsert(Row(PARTITION, "000000000001|x|silent", {"entity": 7, "kind": "silent"}))]
    )
    assert len(life.subject.telemetry.episodes.all()) == 1


@pytest.mark.parametrize(("minute", "carried"), [(55, True), (300, False)])
def test_the_alert_of_a_detector_carries_the_blind_time_before_it(minute: int, carried: bool) -> None:
    life = silence()
    subject = collector([detector_of("found", probe(operation="Found"))], life.store, clock=life.clock)
    sent = message(99, record(minute * 60, operationName="Found"), late=minute * 60)
    (alert,) = subject.collect(batch(sent)).raised
    assert ("blind_times" in alert.evidence) is carried
    row = to_row(alert)
    assert [name in row for name in ("BlindFrom", "BlindUntil", "RecordsQuery")] == [carried, carried, True]
