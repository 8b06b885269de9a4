"""One or two worked detectors of each kind of window, through a collector: what they find, and what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from shared.alerts.alert import Alert
from shared.customer.declarations import Declarations
from shared.detection import (
    Detector,
    distinct,
    first_seen,
    network_of,
    rate,
    sequence,
    share,
    travel,
)
from shared.detection.windows.window import Window
from shared.events.source_definition import Selection
from tests.detection.played import Played
from tests.detection.probe import START, by, detector_of, probe

HOUR = 3600.0
DAY = 24 * HOUR


def one(window: Window, *on: Selection, **more: Any) -> Detector:
    return detector_of("one", *on, window=window, **more)


def values(alert: Alert) -> Any:
    return alert.evidence["values"]


# distinct


def test_distinct_beyond_a_thousand_is_judged_within_the_stated_error() -> None:
    window = distinct(of="app_name", by="actor_username", threshold=5_000, period="1h")
    few, many = Played(one(window)), Played(one(window))
    apps = [by("ann", n % 60, properties={"app": f"App {n}"}) for n in range(6_000)]
    assert few.take(*apps[:4_500], together=500) == []
    (alert,) = many.take(*apps, together=500)
    assert int(str(alert.evidence["seen"])) >= 5_000
    assert alert.evidence["estimated"] is True
    assert "about" in alert.message


def test_distinct_counts_networks_instead_of_addresses_and_leaves_own_ones_out() -> None:
    window = distinct(
        of=network_of("src_ip_addr"),
        by="session_id",
        threshold=2,
        period="1h",
        outside_own_networks=True,
    )
    own = Declarations.model_validate({"own_networks": [{"name": "office", "cidr": "203.0.113.0/24"}]})
    played = Played(one(window), declarations=own)

    def used(address: str, second: int, session: str) -> dict[str, Any]:
        return by("ann", second, callerIpAddress=address, properties={"session": session})

    assert played.take(used("198.51.100.1", 1, "s-1"), used("198.51.100.77", 2, "s-1")) == []
    assert played.take(used("203.0.113.9", 3, "s-1")) == []
    (alert,) = played.take(used("192.0.2.5", 4, "s-1"))
    assert values(alert) == ["198.51.100.0/24", "192.0.2.0/24"]


# rate


def ordinary(weeks: int, an_hour: int, begin: float = 0) -> list[dict[str, Any]]:
    """So many records in each hour of so many weeks."""
    return [
        by("ann", begin + hour * HOUR + n * 60)
        for hour in range(weeks * 168)
        for n in range(an_hour + hour % 3)
    ]


def test_a_rate_far_above_the_same_hours_of_the_weeks_before_is_told_with_what_is_usual() -> None:
    played = Played(one(rate(by="actor_username", threshold=20)))
    assert played.take(*ordinary(3, 4)) == []
    now = 3 * 168 * HOUR
    assert played.take(*(by("ann", now + n) for n in range(19))) == []
    (alert,) = played.take(*(by("ann", now + 100 + n) for n in range(6)))
    assert (alert.evidence["seen"], alert.evidence["expected"]) == (25, 5.0)
    assert alert.count == 25
    assert played.take(*(by("ann", now + 200 + n) for n in range(50))) == []


def test_what_is_usual_for_a_key_is_no_finding_however_much_it_is() -> None:
    played = Played(one(rate(by="actor_username", threshold=20)))
    assert played.take(*ordinary(3, 40), together=500) == []
    now = 3 * 168 * HOUR
    assert played.take(*(by("ann", now + n) for n in range(60))) == []


def test_a_rate_is_never_judged_before_there_is_enough_history() -> None:
    played = Played(one(rate(by="actor_username", threshold=20, history="14d")))
    assert played.take(*ordinary(1, 2)) == []
    assert played.take(*(by("ann", 9 * DAY + n) for n in range(900)), together=500) == []
    assert played.wait(9 * DAY + 900) == []


# first_seen


def country(name: str, seconds: float, user: str = "ann") -> dict[str, Any]:
    return by(user, seconds, properties={"at": {"country": name}})


def test_a_value_is_new_once_after_the_time_of_learning_and_not_before() -> None:
    window = first_seen(of="src_geo_country", by="actor_username", learn="7d")
    played = Played(one(window, title="{actor_username} from {src_geo_country}"))
    assert played.take(country("DE", 0), country("FR", DAY), country("DE", 6.9 * DAY)) == []
    (alert,) = played.take(country("BR", 7.1 * DAY))
    assert values(alert) == ["br"]
    assert alert.name == "ann from br"
    assert alert.evidence["known_since"] == START.date().isoformat()
    assert played.take(country("BR", 8 * DAY), country("DE", 8 * DAY), country("FR", 30 * DAY)) == []
    assert played.take(country("US", 8 * DAY, user="bob")) == []  # nobody knows bob yet


def test_a_value_that_was_not_seen_for_longer_than_the_memory_is_new_again() -> None:
    played = Played(one(first_seen(of="src_geo_country", by="actor_username", learn="7d", memory="30d")))
    played.take(country("DE", 0), country("FR", DAY))
    played.take(*(country("DE", n * DAY) for n in range(1, 70)))
    played.wait(70 * DAY)
    (alert,) = played.take(country("FR", 71 * DAY))
    assert values(alert) == ["fr"]


def test_learning_may_be_the_detectors_so_that_new_keys_are_heard() -> None:
    played = Played(one(first_seen(of="src_geo_country", by="actor_username", learn="7d", learns="detector")))
    assert played.take(country("DE", 0), country("FR", DAY, user="bob")) == []
    (alert,) = played.take(country("US", 8 * DAY, user="eve"))
    assert alert.entities["actor_username"] == "eve"


def test_a_key_with_more_values_than_are_kept_still_knows_the_old_ones() -> None:
    window = first_seen(of="app_name", by="actor_username", learn="7d")
    played = Played(one(window))
    apps = [by("ann", n, properties={"app": f"App {n}"}) for n in range(1_500)]
    assert played.take(*apps, together=300) == []
    again = [by("ann", 8 * DAY + n, properties={"app": f"App {n}"}) for n in range(1_500)]
    assert played.take(*again, together=300) == []
    assert len(played.take(by("ann", 9 * DAY, properties={"app": "Payroll"}))) == 1


# sequence

STEPS = sequence(
    [probe(operation="Reset password"), probe(operation="Register device"), probe(operation="Sign in")],
    by="actor_username",
    within="1h",
)


def did(operation: str, seconds: float, user: str = "ann") -> dict[str, Any]:
    return by(user, seconds, operationName=operation)


TAKE_OVER = [did("Reset password", 0), did("Register device", 60), did("Sign in", 120)]


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]])
@pytest.mark.parametrize("together", [1, 3])
def test_a_sequence_is_found_in_whatever_order_its_records_arrive(
    order: Sequence[int], together: int
) -> None:
    played = Played(detector_of("one", window=STEPS))
    (alert,) = played.take(*(TAKE_OVER[place] for place in order), together=together)
    steps: Any = alert.evidence["steps"]
    assert [step["step"] for step in steps] == ["reset password", "register device", "sign in"]
    assert (alert.start, alert.count) == (START, 3)


@pytest.mark.parametrize(
    "records",
    [
        [did("Register device", 0), did("Reset password", 60), did("Sign in", 120)],
        [did("Reset password", 0), did("Register device", 60), did("Sign in", HOUR + 1)],
        [did("Reset password", 0), did("Register device", 60, user="bob"), did("Sign in", 120)],
        [did("Reset password", 0), did("Register device", 0), did("Sign in", 0)],
        [did("Reset password", 0), did("Sign in", 120)],
    ],
    ids=["another order", "too long", "somebody else", "at once", "one is missing"],
)
def test_what_is_no_sequence_is_not_found(records: list[dict[str, Any]]) -> None:
    played = Played(detector_of("one", window=STEPS))
    assert played.take(*records) == []
    assert played.wait(2 * HOUR) == []


UNANSWERED = sequence(
    [probe(operation="Disable logging")],
    without=probe(operation="Enable logging"),
    by="actor_username",
    within="1h",
)


def test_what_is_not_followed_by_another_is_told_when_its_time_is_over() -> None:
    played = Played(detector_of("one", window=UNANSWERED))
    assert played.take(did("Disable logging", 0), did("Disable logging", 0, user="bob")) == []
    assert played.take(did("Enable logging", 50 * 60, user="bob")) == []
    assert played.wait(HOUR) == []
    (alert,) = played.wait(HOUR + 601)
    assert alert.entities["actor_username"] == "ann"
    assert alert.evidence["absent"] == "enable logging"
    assert played.wait(HOUR + 700) == []


# travel


def at(latitude: float, longitude: float, seconds: float, address: str = "192.0.2.1") -> dict[str, Any]:
    place = {"latitude": latitude, "longitude": longitude}
    return by("ann", seconds, callerIpAddress=address, properties={"at": place})


BERLIN, TOKYO, POTSDAM = (52.5, 13.4), (35.7, 139.7), (52.4, 13.1)


def test_two_places_that_nobody_can_reach_in_the_time_are_told_with_distance_and_speed() -> None:
    played = Played(one(travel(by="actor_username")))
    assert played.take(at(*BERLIN, 0), at(*POTSDAM, 60)) == []
    (alert,) = played.take(at(*TOKYO, 2 * HOUR))
    assert alert.evidence["kilometres"] == pytest.approx(8_920, rel=0.02)
    assert "km/h" in alert.message
    assert alert.start < alert.end


def test_a_flight_is_no_finding_and_neither_is_a_network_of_ones_own() -> None:
    played = Played(one(travel(by="actor_username", known_egress=["198.51.100.0/24"])))
    assert played.take(at(*BERLIN, 0), at(*TOKYO, 12 * HOUR)) == []
    assert played.take(at(*BERLIN, 12.5 * HOUR, "198.51.100.3")) == []


def test_countries_stand_for_their_middle_where_coordinates_are_missing() -> None:
    played = Played(one(travel(by="actor_username")))
    assert played.take(country("DE", 0), country("NL", 60), country("FR", 90)) == []
    (alert,) = played.take(country("AU", 3600))
    assert alert.evidence["by_country_alone"] is True


# share

FAILING = share(
    part={"event_result": "Failure"}, by="app_name", threshold=80, attempts=10, period="10m", late="5m"
)


def attempts(failed: int, succeeded: int, begin: float = 0) -> list[dict[str, Any]]:
    codes = ["1"] * failed + ["0"] * succeeded
    return [
        by(None, begin + n % 50, resultType=code, properties={"app": "shop"}) for n, code in enumerate(codes)
    ]


@pytest.mark.parametrize(
    ("failed", "succeeded", "raised"), [(9, 0, 0), (10, 0, 1), (8, 2, 1), (79, 21, 0), (80, 20, 1)]
)
def test_a_share_is_judged_when_its_window_is_over(failed: int, succeeded: int, raised: int) -> None:
    played = Played(one(FAILING))
    assert played.take(*attempts(failed, succeeded)) == []
    assert played.wait(120) == []
    found = played.wait(HOUR)
    assert len(found) == raised
    assert [(a.evidence["part"], a.evidence["attempts"]) for a in found] == [
        (failed, failed + succeeded)
    ] * raised
    assert played.wait(HOUR + 60) == []
