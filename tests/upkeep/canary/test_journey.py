"""What is said of a hub partition, from where it ends, what was processed of it, and the last canary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shared.storage import safe_key
from shared.upkeep.canary.hub import PartitionEnd
from shared.upkeep.canary.journey import Arrival, PartitionHealth, Progress, judged

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
OWNER = safe_key("telemetry|0")


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def health(end: int, progress: Progress | None, sent: datetime | None) -> PartitionHealth:
    known = {OWNER: progress} if progress else {}
    (found,) = judged("telemetry", [PartitionEnd("0", end, ago(1))], known, {"0": sent} if sent else {}, NOW)
    return found


def came_out(minutes: float) -> Arrival:
    return Arrival(ago(minutes), ago(minutes), ago(minutes))


def test_a_partition_whose_canary_came_out_and_where_nothing_waits_is_well() -> None:
    found = health(100, Progress(100, ago(5), came_out(5)), ago(5))
    assert (found.trouble, found.unprocessed, found.behind) == (None, 0, timedelta())


def test_what_waits_for_a_moment_is_no_trouble() -> None:
    found = health(160, Progress(100, ago(2), came_out(5)), ago(5))
    assert (found.trouble, found.unprocessed, found.behind) == (None, 60, timedelta(minutes=2))


def test_a_partition_that_is_not_processed_is_told_with_what_waits() -> None:
    found = health(160, Progress(100, ago(25), came_out(25)), ago(5))
    assert found.trouble == "60 messages wait; the newest processed is 25 minutes old"


def test_a_canary_that_never_came_out_is_told_although_nothing_is_known_of_the_partition() -> None:
    assert health(0, None, ago(11)).trouble == "the canary sent 11 minutes ago has not come out"
    assert health(0, None, ago(5)).trouble is None


def test_before_the_first_canary_there_is_nothing_to_say() -> None:
    assert health(-1, None, None).trouble is None


def test_a_canary_whose_time_was_cut_to_the_second_is_the_same_canary() -> None:
    sent = ago(12) + timedelta(microseconds=999_999)
    assert health(7, Progress(7, ago(12), Arrival(ago(12), ago(12), ago(12))), sent).trouble is None


def test_a_hub_that_was_made_anew_is_not_taken_for_progress() -> None:
    found = health(3, Progress(90_000, ago(5), came_out(5)), ago(5))
    assert (found.unprocessed, found.behind, found.trouble) == (None, timedelta(), None)
