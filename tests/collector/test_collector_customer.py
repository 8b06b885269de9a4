"""What a customer declares changes what is raised, without touching a detector."""

from __future__ import annotations

from typing import Any

from shared.base.severity import Severity
from shared.customer.declarations import Declarations
from tests.detection.probe import batch, by, collector, message
from tests.example_detectors import EACH, OFTEN, SHADOW, rules


def declared(**detectors: Any) -> Declarations:
    return Declarations.model_validate(
        {"detectors": {f"tests.{name}": said for name, said in detectors.items()}}
    )


def test_a_value_on_an_allow_list_raises_nothing_in_whatever_case() -> None:
    subject = collector([EACH], declarations=declared(each={"allow": {"actor_username": ["ANN"]}}))
    records = [by(name, operationName="Add credentials") for name in ("ann", "Ann", "bob")]
    assert rules(subject, *records) == ["tests.each"]


def test_an_allow_list_may_name_a_raw_path_and_holds_for_windows() -> None:
    allow = {"allow": {"properties.user.upn": ["ann"]}}
    subject = collector([OFTEN], declarations=declared(often=allow))
    assert rules(subject, *(by("Ann", n) for n in range(9)), *(by("bob", n) for n in range(9))) == [
        "tests.often"
    ]


def test_a_threshold_of_the_customer_takes_the_place_of_the_detectors_own() -> None:
    subject = collector([OFTEN], declarations=declared(often={"threshold": 7}))
    assert rules(subject, *(by("ann", n) for n in range(6))) == []
    assert rules(subject, *(by("bob", n) for n in range(7))) == ["tests.often"]


def test_severity_and_stage_of_the_customer_take_the_place_of_the_detectors_own() -> None:
    record = by("ann", operationName="Add credentials")
    said = declared(each={"stage": "shadow"}, shadow={"stage": "live", "severity": "high"})
    subject = collector([EACH, SHADOW], declarations=said)
    (alert,) = subject.collect(batch(message(1, record))).raised
    assert (alert.rule, alert.severity) == ("tests.shadow", Severity.HIGH.value)


def test_a_detector_that_is_switched_off_is_not_there() -> None:
    subject = collector([EACH, SHADOW], declarations=declared(each={"enabled": False}))
    assert [one.id for one in subject.detectors] == ["tests.shadow"]
    assert rules(subject, by("ann", operationName="Add credentials")) == []


def test_customers_do_not_share_ids() -> None:
    one, other = collector([EACH]), collector([EACH])
    other.customer = "other"
    record = by("ann", operationName="Add credentials")
    uids = {subject.collect(batch(message(1, record))).raised[0].uid for subject in (one, other)}
    assert len(uids) == 2


def test_a_finding_is_enriched_with_what_the_customer_declares() -> None:
    content = {
        "own_networks": [{"name": "office", "cidr": "198.51.100.0/24"}],
        "break_glass_accounts": ["Ann"],
        "watchlists": {"leavers": {"field": "actor_username", "values": ["ANN"]}},
    }
    subject = collector([EACH], declarations=Declarations.model_validate(content))
    record = by("ann", operationName="Add credentials", callerIpAddress="198.51.100.7:443")
    (alert,) = subject.collect(batch(message(1, record))).raised
    assert set(alert.tags) == {"own network: office", "watchlist: leavers", "break-glass account"}
