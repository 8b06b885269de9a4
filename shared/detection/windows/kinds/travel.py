"""`travel`: the same key at two places that are too far apart for the time between.

A place is a pair of coordinates, or the middle of a country where only that is known (`countries.py`, and then the
countries' own extent is taken off the distance). Every two sightings within the period are compared, not only
neighbours, so that the order of arrival does not matter. A row keeps up to 200 sightings: of a place, the first and
the last time of each 250th of the period; further ones are left out, which only suppresses.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar, Final, Literal, NamedTuple, Self

from shared.base.durations import format_duration
from shared.detection._declared import Network, arguments_checked, key_of, networks_of, span, whole
from shared.detection.windows.bucket import Bucket, Crossing, Rows, Summary
from shared.detection.windows.kinds.countries import COUNTRIES
from shared.detection.windows.kinds.thinned import with_time
from shared.detection.windows.marks import Mark
from shared.detection.windows.window import LEFT_OUT, Read, Window
from shared.events.times import from_seconds, rfc3339

EARTH: Final = 6371.0
"""The Earth's mean radius in kilometres."""

MOST_SIGHTINGS: Final = 200
_MOST_PLACES = 60
_SHORTEST = 60.0
"""Seconds that any two sightings are taken to be apart at least, so that no speed is without end."""


class GeoPlace(NamedTuple):
    """Where something was: degrees; extent in kilometres, where only a country is known; the country's code."""

    latitude: float
    longitude: float
    extent: float
    country: str

    @property
    def said(self) -> str:
        """The place in words."""
        if self.extent:
            return self.country
        return f"{self.country or 'unknown country'} ({self.latitude:.1f}, {self.longitude:.1f})"


Sightings = dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Travel(Window):
    """See `travel`. threshold: kilometres an hour; distance: kilometres below which nothing is judged."""

    distance: int = 500
    known_egress: tuple[Network, ...] = ()

    content_type: ClassVar[Any] = Sightings

    @property
    def decided(self) -> Literal["share", "content", "timer"]:
        """See `Window.decided`."""
        return "content"

    @property
    def text(self) -> str:
        """See `Window.text`."""
        return (
            f"faster than {self.threshold} km/h over {self.distance} km or more in "
            f"{format_duration(self.period)} by {', '.join(self.by)}"
        )

    @property
    def fields(self) -> tuple[str, ...]:
        """See `Window.fields`."""
        return self.by

    @property
    def asked(self) -> tuple[str, ...]:
        """See `Window.asked`."""
        return ("src_latitude", "src_longitude", "src_geo_country", "src_ip_addr")

    @property
    def takes_value(self) -> bool:
        """See `Window.takes_value`."""
        return True

    @property
    def deciding(self) -> tuple[str, ...]:
        """See `Window.deciding`."""
        places = ("src_latitude", "src_longitude", "src_geo_country")
        return (*places, *(("src_ip_addr",) if self.left_out or self.known_egress else ()))

    def without_networks(self, networks: tuple[Network, ...]) -> Self:
        """See `Window.without_networks`."""
        return replace(self, left_out=(*self.known_egress, *networks))

    def value_of(self, read: Read) -> str | None:
        """The place, as `_place` reads it; None where neither coordinates nor a known country are there."""
        if (self.left_out or self.known_egress) and self.is_left_out(read("src_ip_addr")):
            return LEFT_OUT
        country = read("src_geo_country") or ""
        latitude, longitude = _degrees(read("src_latitude"), 90), _degrees(read("src_longitude"), 180)
        if latitude is not None and longitude is not None and (latitude or longitude):
            return f"{latitude:.1f},{longitude:.1f},{country[:3]}"
        return f",,{country}" if country in COUNTRIES else None

    def take(self, content: Any, marks: Sequence[Mark]) -> tuple[Any, Sequence[Mark]]:
        """See `Window.take`: a record counts where it is kept."""
        places: Sightings = dict(content or {})
        total = sum(map(len, places.values()))
        fresh, step = [], self.step
        for mark in marks:
            place = mark.value or ""
            times = places.get(place, ())
            after = with_time(times, mark.time, step)
            if after is None or (len(after) > len(times) and total >= MOST_SIGHTINGS):
                continue
            total += len(after) - len(times)
            places[place] = after
            fresh.append(mark)
        return places, fresh

    def summary(self, bucket: Bucket) -> Summary:
        """See `Window.summary`: the degrees between which the places lie."""
        if len(bucket.content) == 1:
            return _only(next(iter(bucket.content)))
        places = [_place(place) for place in bucket.content]
        south, north = min(p.latitude for p in places), max(p.latitude for p in places)
        west, east = min(p.longitude for p in places), max(p.longitude for p in places)
        return Summary(len(places), f"{south:.1f}:{north:.1f}:{west:.1f}:{east:.1f}")

    def may_cross(self, rows: Iterable[tuple[int, Summary]], since: float | None = None) -> bool:
        """See `Window.may_cross`: the places lie far enough apart."""
        boxes = [_box(hint) for hint in {summary.hint for _, summary in rows}]
        if not boxes or (len(boxes) == 1 and boxes[0][0] == boxes[0][1] and boxes[0][2] == boxes[0][3]):
            return False
        height = max(box[1] for box in boxes) - min(box[0] for box in boxes)
        width = min(180.0, max(box[3] for box in boxes) - min(box[2] for box in boxes))
        return math.radians(height + width) * EARTH >= self.distance

    def nearing(self, bucket: Bucket) -> bool:
        """See `Window.nearing`."""
        return len(bucket.content) > 1 and self.may_cross([(0, self.summary(bucket))])

    def crossings(
        self, rows: Rows, now: datetime | None = None, since: float | None = None
    ) -> Iterator[Crossing]:
        """See `Window.crossings`: for each step the fastest of the journeys that end in it."""
        best: dict[int, tuple[float, float, str, float, str]] = {}  # by step: speed, and where from and to
        for speed, begin, start, end, goal in self._journeys(rows):
            step = int(end) // self.step
            found = (speed, -begin, start, -end, goal)
            if step not in best or found > best[step]:
                best[step] = found
        for step in sorted(best):
            speed, begin, start, end, goal = best[step]
            yield self._crossing(step, speed, (-begin, _place(start)), (-end, _place(goal)), rows)

    def _journeys(self, rows: Rows) -> Iterator[tuple[float, float, str, float, str]]:
        seen: dict[str, set[float]] = {}
        for buckets in rows.values():
            for bucket in buckets:
                for place, times in bucket.content.items():
                    seen.setdefault(place, set()).update(times)
        latest = sorted(seen, key=lambda place: (-max(seen[place]), place))[:_MOST_PLACES]
        for number, one in enumerate(latest):
            for other in latest[number + 1 :]:
                away = distance(_place(one), _place(other))
                if away < self.distance:
                    continue
                longest = min(self.period.total_seconds(), away * 3600 / self.threshold)
                yield from _close(one, sorted(seen[one]), other, sorted(seen[other]), longest, away)

    def _crossing(
        self, step: int, speed: float, start: tuple[float, GeoPlace], goal: tuple[float, GeoPlace], rows: Rows
    ) -> Crossing:
        (begin, origin), (end, target) = start, goal
        steps = {int(begin) // self.step, int(end) // self.step}
        inside = tuple(bucket for known in sorted(steps) for bucket in rows.get(known, ()))
        away = round(distance(origin, target))
        said = (
            f"from {origin.said} to {target.said}, {away} km in {(end - begin) / 3600:.1f} hours: "
            f"{round(speed)} km/h, threshold {self.threshold}"
        )
        places = [
            {
                "time": rfc3339(from_seconds(time)),
                "country": place.country,
                "place": place.said,
            }
            for time, place in (start, goal)
        ]
        evidence: dict[str, object] = {
            "places": places, "kilometres": away, "kilometres_an_hour": round(speed),
            "by_country_alone": bool(origin.extent or target.extent),
        }  # fmt: skip
        return Crossing(step, round(speed), inside, said=said, evidence=evidence, span=(begin, end, 2))


def _close(
    one: str, here: Sequence[float], other: str, there: Sequence[float], longest: float, away: float
) -> Iterator[tuple[float, float, str, float, str]]:
    """The journeys between two places that took less than `longest` seconds."""
    pairs = sorted([(time, one) for time in here] + [(time, other) for time in there])
    for (begin, start), (end, goal) in pairwise(pairs):
        if start != goal and end - begin < longest:
            yield away * 3600 / max(end - begin, _SHORTEST), begin, start, end, goal


def _degrees(text: str | None, most: int) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if -most <= value <= most else None


@lru_cache(maxsize=4096)
def _only(place: str) -> Summary:
    """The summary of a row that has seen one place."""
    found = _place(place)
    south, west = f"{found.latitude:.1f}", f"{found.longitude:.1f}"
    return Summary(1, f"{south}:{south}:{west}:{west}")


@lru_cache(maxsize=4096)
def _box(hint: str) -> tuple[float, ...]:
    return tuple(map(float, hint.split(":")))


@lru_cache(maxsize=4096)
def _place(text: str) -> GeoPlace:
    latitude, longitude, country = text.split(",", 2)
    if latitude:
        return GeoPlace(float(latitude), float(longitude), 0.0, country.upper())
    middle = COUNTRIES[country]
    return GeoPlace(middle.latitude, middle.longitude, middle.extent, country.upper())


def distance(one: GeoPlace, other: GeoPlace) -> float:
    """Kilometres between two places on a sphere, less the extent of countries; 0 within a country known as such."""
    if one.country == other.country and (one.extent or other.extent):
        return 0.0
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    half = math.sin((south - north) / 2) ** 2
    half += (
        math.cos(north) * math.cos(south) * math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    )
    return max(0.0, 2 * EARTH * math.asin(min(1.0, math.sqrt(half))) - one.extent - other.extent)


@arguments_checked
def travel(
    *,
    by: str | Sequence[str],
    threshold: int = 1000,
    distance: int = 500,
    period: str = "24h",
    known_egress: Sequence[str] = (),
) -> Travel:
    """The same `by` at two places, at least `distance` km apart, faster than `threshold` km/h, within `period`.

    Places are `src_latitude` and `src_longitude`, else the middle of `src_geo_country`. Records from the customer's
    own networks, and from `known_egress` (networks of VPNs and proxies), do not count.
    """
    networks = networks_of("travel", "known_egress", known_egress)
    return Travel(
        "travel",
        key_of("travel", by),
        whole("travel", "threshold", threshold, 100),
        span("travel", period),
        left_out=networks,
        distance=whole("travel", "distance", distance, 50, 20_000),
        known_egress=networks,
    )
