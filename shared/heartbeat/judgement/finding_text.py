"""Numbers in words: the sentences that explain a finding."""

from __future__ import annotations

from shared.heartbeat.judgement._quality import Measurement
from shared.heartbeat.judgement.verdict import Band


def span(seconds: float) -> str:
    """A time span as people say it: 40 seconds, 25 minutes, 3 hours, 2 days."""
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size or (size == 60 and seconds >= 90):
            return f"{_plain(seconds / size)} {word}s"
    return f"{round(seconds)} seconds"


def number(value: float) -> str:
    """A number of records, with thousands apart."""
    return f"{round(value):,}"


def share(value: float) -> str:
    """A share in percent, with a digit more where it is small."""
    return f"{value:.1%}" if 0 < value < 0.1 else f"{value:.0%}"


def _plain(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if value < 10 else str(round(value))


def silent_by_interval(seconds: float, interval: float) -> str:
    """Why it is silent, where the customer set the interval."""
    return f"nothing arrived for {span(seconds)}; at most {span(interval)} allowed"


def silent_by_kind(seconds: float, usual: float) -> str:
    """Why it is silent, where only its kind is known."""
    return f"nothing arrived for {span(seconds)}; sources of this kind pause for at most {span(usual)}"


def silent_by_history(seconds: float, allowed: float) -> str:
    """Why it is silent, by its own pauses. allowed: the longest that is ordinary at such hours."""
    return f"nothing arrived for {span(seconds)}; at this time it usually pauses for at most {span(allowed)}"


def volume(band: Band, *, low: bool) -> str:
    """Why the volume is unusual."""
    stretch = "the last hour" if band.hours == 1 else f"the last {band.hours} hours"
    usual = f"usual at this time: {number(band.usual)} ({number(band.low)} to {number(band.high)})"
    return f"{'only ' if low else ''}{number(band.seen)} records in {stretch}; {usual}"


def late(reading: Measurement) -> str:
    """Why it is late."""
    return f"records arrive up to {span(reading.seen)} after they happened; usual: {span(reading.usual)}"


def skewed(reading: Measurement) -> str:
    """Why its clock is wrong."""
    return f"{share(reading.seen)} of the records have a clock that is far {reading.detail} the hub's"


def malformed(reading: Measurement) -> str:
    """Why it is malformed."""
    return f"{share(reading.seen)} of the records cannot be decoded; usual: {share(reading.usual)}"


def thin(reading: Measurement) -> str:
    """Why it is thin."""
    return f"{reading.detail} filled in {share(reading.seen)} of the records; usual: {share(reading.usual)}"


def changed(reading: Measurement) -> str:
    """Why it is changed."""
    return f"{share(reading.seen)} of the records have a shape that was never seen before"


def never_seen(seconds: float) -> str:
    """Why it is missing."""
    return f"expected for {span(seconds)}; nothing has arrived"
