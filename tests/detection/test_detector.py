"""What a detector may declare, and how everything that cannot work is refused at import."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
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
    none_of,
    prefix,
    select,
    suffix,
)
from shared.detection.discovery import discover
from shared.events import Event
from tests.detection.probe import by, event_of, probe

HERE = __name__.rpartition(".")[2]
IDENTITY = f"detection.{HERE}"


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
        (lambda: distinct(of="", by="actor_username", threshold=1, period="1m"), "distinct(of='')"),
        (lambda: distinct(of="url", by="actor_username", threshold=10**8, period="1m"), "distinct(threshold=1000"),
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


TOP = """
from shared.detection import Severity, detector
from tests.detection.probe import probe
"""
ONE = '''
@detector(title="It happened", severity=Severity.LOW, on=probe())
def {name}(event):
    """It matters."""
    return True
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Makes a package of detectors out of file name -> content."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made: list[str] = []

    def make(**files: str) -> Any:
        name = f"detectors_{len(made)}_{tmp_path.name}".replace("-", "_")
        made.append(name)
        folder = tmp_path / name / "identity"
        folder.mkdir(parents=True)
        (folder.parent / "__init__.py").touch()
        (folder / "__init__.py").touch()
        for file, content in files.items():
            (folder / f"{file}.py").write_text(content, "utf-8")
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield make
    for name in [known for known in sys.modules if known.split(".")[0] in made]:
        del sys.modules[name]


def test_discovery_finds_one_detector_a_file_by_folder_and_name(package: Callable[..., Any]) -> None:
    found = discover(package(second=TOP + ONE.format(name="second"), first=TOP + ONE.format(name="first")))
    assert [one.id for one in found] == ["identity.first", "identity.second"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (TOP + ONE.format(name="one") + ONE.format(name="two"), "this one holds 2"),
        (TOP, "this one holds 0"),
        (TOP + "probe(operation=[])\n", "has no values, so it can never match"),
        (TOP + ONE.format(name="one").replace("LOW", "SEVERE"), "cannot be imported: AttributeError"),
        (TOP + "import no_such_module\n", "cannot be imported: ModuleNotFoundError"),
        (TOP + "def broken(:\n", "cannot be imported: SyntaxError"),
        (TOP + ONE.format(name="one").replace("title=", "titel="), "cannot be imported: TypeError"),
    ],
)
def test_discovery_refuses_a_file_that_cannot_work_and_names_it(
    package: Callable[..., Any], content: str, said: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        discover(package(one=content))
    assert ".identity.one: " in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
