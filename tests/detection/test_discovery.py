"""What discovery finds in a package of detectors, and how it tells what cannot work: id, file, line and argument."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

import functions.detectors
from shared.detection import DeclarationError
from shared.detection.discovery import discover

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
        (
            TOP + ONE.format(name="one").replace("title=", "titel="),
            "detector(titel=...): not known; did you mean title?",
        ),
        (TOP + "len()\n", "cannot be imported: TypeError"),
    ],
)
def test_discovery_refuses_a_file_that_cannot_work_and_names_it(
    package: Callable[..., Any], content: str, said: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        discover(package(one=content))
    assert "/identity/one.py" in str(caught.value)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_discovery_skips_the_vocabulary_of_a_family(package: Callable[..., Any]) -> None:
    found = discover(package(one=TOP + ONE.format(name="one"), vocabulary='OPERATIONS = ("Delete",)\n'))
    assert [one.id for one in found] == ["identity.one"]


WINDOWS = {
    "count": ("by", "threshold", "period"),
    "distinct": ("of", "by", "threshold", "period"),
    "rate": ("by", "threshold"),
    "first_seen": ("of", "by"),
    "sequence": ("steps", "by", "within"),
    "share": ("part", "by", "threshold", "attempts", "period"),
    "travel": ("by",),
}
WRITTEN = {
    "of": "'url'", "by": "'actor_username'", "threshold": "5", "period": "'10m'", "steps": "[probe(), probe()]",
    "within": "'1h'", "part": "{'event_result': 'Failure'}", "attempts": "9",
}  # fmt: skip


def with_window(kind: str, arguments: Iterable[str]) -> str:
    """A detector's file with a window of that kind; it stands on line 5."""
    window = f"{kind}({', '.join(arguments)})"
    return (
        f"from shared.detection import Severity, {kind}, detector\nfrom tests.detection.probe import probe\n\n\n"
        f"@detector(title='It happened', severity=Severity.LOW, on=probe(), window={window})\n"
        "def one(event):\n    '''It matters.'''\n"
    )


@pytest.mark.parametrize(
    ("kind", "lacks"), [(kind, name) for kind, names in WINDOWS.items() for name in names]
)
def test_a_window_without_what_it_needs_is_told_with_detector_kind_and_argument(
    package: Callable[..., Any], kind: str, lacks: str
) -> None:
    written = [f"{name}={WRITTEN[name]}" for name in WINDOWS[kind] if name != lacks]
    with pytest.raises(DeclarationError) as caught:
        discover(package(one=with_window(kind, written)))
    assert str(caught.value).startswith("detector identity.one (detectors_")
    assert f"/identity/one.py:5): {kind}({lacks}=) is missing; it takes " in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("kind", "names"), WINDOWS.items())
def test_an_argument_that_a_window_does_not_have_is_told_with_what_it_takes(
    package: Callable[..., Any], kind: str, names: Sequence[str]
) -> None:
    for wrong, said in (
        ("byy='x'", "(byy=...): not known; did you mean by?"),
        ("zzz=1", "(zzz=...): not known; it takes "),
    ):
        written = [f"{name}={WRITTEN[name]}" for name in names]
        with pytest.raises(DeclarationError) as caught:
            discover(package(one=with_window(kind, [*written, wrong])))
        assert f"/identity/one.py:5): {kind}{said}" in str(caught.value)


def test_arguments_of_a_window_are_written_by_name(package: Callable[..., Any]) -> None:
    with pytest.raises(DeclarationError) as caught:
        discover(package(one=with_window("count", ["'actor_username'", "threshold=5", "period='1m'"])))
    assert "count('actor_username'): write arguments by name; it takes by, threshold, period" in str(
        caught.value
    )


def test_former_ids_come_with_the_detector_that_had_them() -> None:
    by_id = {detector.id: detector for detector in discover(functions.detectors)}
    assert by_id["entra.password_spray"].former_ids == ("identity.password_spray",)


def test_a_former_id_of_no_detector_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "somebodys_detectors"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "former_ids.toml").write_text('"old.name" = "new.name"\n')
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(
        DeclarationError, match=r"former_ids\.toml: old\.name -> new\.name: new\.name is no detector"
    ):
        discover(importlib.import_module("somebodys_detectors"))
