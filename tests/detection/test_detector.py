"""What a detector may declare, and how what cannot work is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.detection import (
    DeclarationError,
    Detector,
    Severity,
    contains,
    count,
    detector,
    distinct,
    first_seen,
    none_of,
    prefix,
    rate,
    select,
    sequence,
    share,
    suffix,
    travel,
)
from shared.events import Event
from tests.detection.probe import by, event_of, probe

HERE = __name__.rpartition(".")[2]
IDENTITY = f"detection.{HERE}"
FAILED = {"event_result": "Failure"}


def declared(**changes: Any) -> Detector:
    """A detector with one thing said otherwise."""

    def body(event: Event) -> bool:
        """It matters."""
        return True

    said: dict[str, Any] = {
        "title": "{actor_username} did it",
        "severity": Severity.LOW,
        "on": probe(),
        **changes,
    }
    return detector(**said)(body)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("on", [], "on="),
        ("on", None, "on="),
        ("on", "entra.audit", "on="),
        ("on", [probe(), "entra.audit"], "on="),
        ("severity", "high", "severity='high'"),
        ("severity", 3, "severity=3"),
        ("confidence", 101, "confidence=101"),
        ("confidence", -1, "confidence=-1"),
        ("confidence", "70", "confidence='70'"),
        ("confidence", True, "confidence=True"),
        ("stage", "test", "stage='test'"),
        ("dedup_period", "1 hour", "dedup_period: '1 hour'"),
        ("dedup_period", "0s", "dedup_period: '0s'"),
        ("dedup_period", 60, "dedup_period:"),
        ("title", "", "title holds ''"),
        ("title", "{user} did it", "title names 'user'"),
        ("title", "{actor_username did it", "is no template"),
        ("title", "{} did it", "write fields as {actor_username}"),
        ("title", "{actor_username!r} did it", "write fields as {actor_username}"),
        ("title", "{actor_username:>9} did it", "write fields as {actor_username}"),
        ("title", "{properties..x} did it", "title names 'properties..x'"),
        ("dedup", ["user"], "dedup names 'user'"),
        ("dedup", "actor_username", "dedup='actor_username'; write a list"),
        ("dedup", ["count"], "dedup names 'count'"),
        ("dedup", ["key"], "dedup names 'key'"),
        ("entities", ["user"], "entities names 'user'"),
        ("entities", "actor_username", "entities='actor_username'; write a list"),
        ("techniques", "T1078", "techniques='T1078'; write a list"),
        ("runbook", "Ask.", "runbook='Ask.'; write a list"),
        ("response", "Act.", "response='Act.'; write a list"),
        ("references", [""], "references holds ''"),
        ("false_positives", [1], "false_positives holds 1"),
        ("window", "10m", "window='10m'"),
        ("window", count(by="user", threshold=2, period="1m"), "window by names 'user'"),
        ("window", count(by="count", threshold=2, period="1m"), "window by names 'count'"),
        (
            "window",
            distinct(of="user", by="actor_username", threshold=2, period="1m"),
            "window of names 'user'",
        ),
    ],
)
def test_what_cannot_work_is_refused_with_the_detector_and_the_place(
    place: str, value: Any, said: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        declared(**{place: value})
    assert str(caught.value).startswith(f"detector {IDENTITY}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: count(by="", threshold=1, period="1m"), "count(by='')"),
        (lambda: count(by=[], threshold=1, period="1m"), "count(by=[])"),
        (lambda: count(by=["actor_username", ""], threshold=1, period="1m"), "count(by="),
        (lambda: count(by="actor_username", threshold=0, period="1m"), "count(threshold=0)"),
        (lambda: count(by="actor_username", threshold=True, period="1m"), "count(threshold=True)"),
        (lambda: count(by="actor_username", threshold=1, period="9s"), "count(period='9s')"),
        (lambda: count(by="actor_username", threshold=1, period="8d"), "count(period='8d')"),
        (lambda: count(by="actor_username", threshold=1, period="soon"), "count(period='soon')"),
        (lambda: count(by="actor_username", threshold="5", period="1m"), "count(threshold='5')"),  # type: ignore[arg-type]
        (lambda: distinct(of="", by="actor_username", threshold=1, period="1m"), "distinct(of='')"),
        (lambda: distinct(of="url", by="actor_username", threshold=10**8, period="1m"), "distinct(threshold=1000"),
        (lambda: distinct(of="url", by="actor_username", threshold=2, period="30d"), "longer is not retained"),
        (lambda: rate(by="", threshold=5), "rate(by='')"),
        (lambda: rate(by="app_name", threshold=1), "rate(threshold=1)"),
        (lambda: rate(by="app_name", threshold=5.0), "rate(threshold=5.0)"),  # type: ignore[arg-type]
        (lambda: rate(by="app_name", threshold=5, deviations="8"), "rate(deviations='8')"),  # type: ignore[arg-type]
        (lambda: rate(by="app_name", threshold=5, history="60d"), "rate(history='60d')"),
        (lambda: first_seen(of="url", by=[]), "first_seen(by=[])"),
        (lambda: first_seen(of="", by="app_name"), "first_seen(of='')"),
        (lambda: first_seen(of="url", by="app_name", memory="400d"), "first_seen(memory='400d')"),
        (lambda: first_seen(of="url", by="app_name", learn="80d"), "which is what is retained"),
        (lambda: first_seen(of="url", by="app_name", learns="me"), "first_seen(learns='me')"),  # type: ignore[arg-type]
        (lambda: sequence([probe(), probe()], by="", within="1h"), "sequence(by='')"),
        (lambda: sequence([probe(), probe()], by="app_name", within="30d"), "sequence(within='30d')"),
        (lambda: sequence([probe()], by="app_name", within="1h"), "write 2 to"),
        (lambda: sequence(probe(), by="app_name", within="1h"), "write a list of selections"),  # type: ignore[arg-type]
        (lambda: travel(by=""), "travel(by='')"),
        (lambda: travel(by="app_name", threshold="fast"), "travel(threshold='fast')"),  # type: ignore[arg-type]
        (lambda: travel(by="app_name", period="8d"), "travel(period='8d')"),
        (lambda: travel(by="app_name", known_egress=["office"]), "travel(known_egress=['office'])"),
        (lambda: share(part=FAILED, by="", threshold=50, attempts=9, period="1h"), "share(by='')"),
        (lambda: share(part=FAILED, by="app_name", threshold=101, attempts=9, period="1h"), "share(threshold=101)"),
        (lambda: share(part=FAILED, by="app_name", threshold=50, attempts=1, period="1h"), "share(attempts=1)"),
        (lambda: share(part=FAILED, by="app_name", threshold=50, attempts=9, period="8d"), "share(period='8d')"),
        (lambda: share(part={}, by="app_name", threshold=50, attempts=9, period="1h"), "share(part={})"),
    ],
)  # fmt: skip
def test_a_window_that_cannot_work_is_refused_with_what_was_written(
    make: Callable[[], Any], said: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        make()
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: probe(user="ann"), "source probe.records has no field 'user'"),
        (lambda: probe(source="probe.records"), "source probe.records has no field 'source'"),
        (lambda: probe(where={"properties..x": "y"}), "source probe.records: path 'properties..x'"),
        (lambda: probe(operation=[]), "condition operation on source probe.records has no values"),
        (lambda: probe(operation=None), "condition operation=None on source probe.records"),
        (lambda: probe(operation=[["x"]]), "condition operation=[['x']] on source probe.records"),
        (lambda: probe(operation={"a": object()}.values()), "condition operation="),
        (prefix, "prefix() needs"),
        (lambda: suffix(""), "suffix() needs"),
        (lambda: contains("x", 1), "contains() needs"),  # type: ignore[arg-type]  # what a person may write
        (lambda: select([], operation="x"), "select() needs"),
    ],
)
def test_a_condition_that_cannot_be_meant_is_refused_with_source_and_field(
    make: Callable[[], Any], said: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        make()
    assert said in str(caught.value)


def test_a_detector_without_a_docstring_is_refused() -> None:
    def body(event: Event) -> bool:
        return True

    with pytest.raises(DeclarationError, match=f"detector {IDENTITY}: write a docstring"):
        detector(title="It happened", severity=Severity.LOW, on=probe())(body)


def test_a_body_that_only_returns_true_is_data_and_never_called() -> None:
    def with_return(event: Event) -> bool:
        """It matters."""
        return True

    def without(event: Event) -> bool:  # type: ignore[empty-body]  # the selection says it all
        """It matters."""

    def more(event: Event) -> bool:
        """It matters."""
        return event.actor_username is not None

    say = detector(title="It happened", severity=Severity.LOW, on=probe())
    assert [say(body).body for body in (with_return, without)] == [None, None]
    assert say(more).body is more
    assert say(more)(event_of(by("ann")))
    assert not say(more)(event_of(by(None)))
    assert say(with_return)(event_of(by(None)))


def test_a_body_whose_source_is_not_to_be_had_is_called() -> None:
    space: dict[str, Any] = {"__name__": "folder.made_up"}
    exec("def made_up(event):\n    '''It matters.'''\n    return True\n", space)
    made = detector(title="It happened", severity=Severity.LOW, on=probe())(space["made_up"])
    assert made.body is space["made_up"]
    assert made.id == "folder.made_up"


def test_none_of_also_takes_a_record_without_the_field() -> None:
    (clause,) = probe(app_name=none_of("Payroll", 0)).clauses
    assert clause.holds(None)
    assert clause.holds("mail")
    assert not clause.holds("payroll")
    assert not clause.holds("0")


def test_what_a_body_reads_is_known_from_its_source() -> None:
    def body(event: Event) -> bool:
        """It matters."""
        return bool(event.app_name) and event.get("properties.app") == event.get("a..b") == event.unknown

    made = detector(title="It happened", severity=Severity.LOW, on=probe())(body)
    assert made.reads == ("app_name", "properties.app")


def test_the_pages_of_its_techniques_are_references_that_need_not_be_written() -> None:
    own = "https://example.com/page"
    pages = ("https://attack.mitre.org/techniques/T1098/001/", "https://attack.mitre.org/techniques/T1078/")
    techniques = ["T1098.001", "T1078"]
    assert declared(techniques=techniques).references == pages
    assert declared(techniques=techniques, references=[own, pages[1]]).references == (*pages, own)
    assert declared().references == ()
