"""Detectors of somebody's own: in the folder `own`, or in a package; one that cannot work stops no other."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from shared.base.errors import DeclarationError
from shared.detection.detector import Detector
from shared.detection.discovery import discover, import_packages, library

DETECTOR = '''
from shared.detection import Severity, detector
from tests.detection.probe import probe

@detector(title="It happened", severity=Severity.LOW, on=probe())
def {name}(event):
    """It matters."""
    return True
'''
Make = Callable[[Mapping[str, str]], ModuleType]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Makes a package out of path -> content; the first part of the paths is its name."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def made(files: Mapping[str, str]) -> ModuleType:
        for name, content in files.items():
            path = tmp_path / name
            for folder in list(path.relative_to(tmp_path).parents)[-2::-1]:
                (tmp_path / folder).mkdir(exist_ok=True)
                (tmp_path / folder / "__init__.py").touch()
            path.write_text(content, "utf-8")
        importlib.invalidate_caches()
        return importlib.import_module(next(iter(files)).partition("/")[0])

    yield made
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def detector(name: str) -> str:
    return DETECTOR.format(name=name)


def ids(found: tuple[Detector, ...]) -> list[str]:
    return [one.id for one in found]


def test_own_detectors_have_ids_of_own_whatever_their_folder(make: Make) -> None:
    project = make(
        {
            "house/family/ours.py": detector("ours"),
            "house/own/theirs.py": detector("theirs"),
            "house/own/shop/refunds.py": detector("refunds"),
            "house/own/vocabulary.py": "WORDS = ()",
        }
    )
    assert ids(library(project).detectors) == ["family.ours", "own.refunds", "own.theirs"]
    assert ids(discover(project)) == ["family.ours", "own.refunds", "own.theirs"]


def test_detectors_of_a_package_have_the_last_part_of_its_name(make: Make) -> None:
    project = make({"house/family/ours.py": detector("ours")})
    package = make(
        {"contoso/shop/refunds.py": detector("refunds"), "contoso/shop/deep/gifts.py": detector("gifts")}
    )
    (shop,) = import_packages([f"{package.__name__}.shop"])
    assert ids(library(project, [shop]).detectors) == ["family.ours", "shop.gifts", "shop.refunds"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("import nothing_of_that_name\n", "bad.py:1): cannot be imported: ModuleNotFoundError"),
        ("def broken(:\n", "bad.py:1): cannot be imported: SyntaxError"),
        ("\nraise RuntimeError('no\\nway')\n", "bad.py:2): cannot be imported: RuntimeError: no way"),
        ("raise SystemExit(3)\n", "bad.py:1): cannot be imported: SystemExit: 3"),
        ("", "bad.py: a detector file holds one detector, this one holds 0"),
        (detector("bad").replace("Severity.LOW", "'low'"), "severity="),
    ],
)
def test_one_that_cannot_work_is_left_out_with_file_and_reason_and_the_others_run(
    make: Make, content: str, said: str
) -> None:
    project = make({"house/family/ours.py": detector("ours"), "house/own/bad.py": content})
    package = make({"contoso/good.py": detector("good"), "contoso/bad.py": content})
    found = library(project, [package])
    assert ids(found.detectors) == ["contoso.good", "family.ours"]
    assert [one.id for one in found.left_out] == ["own.bad", "contoso.bad"]
    assert all(said in one.reason and "\n" not in one.reason for one in found.left_out)
    with pytest.raises(DeclarationError):
        discover(project)


def test_a_folder_that_cannot_be_imported_is_left_out_whole(make: Make) -> None:
    project = make(
        {"house/family/ours.py": detector("ours"), "house/own/shop/refunds.py": detector("refunds")}
    )
    Path(str(project.__file__)).parent.joinpath("own/shop/__init__.py").write_text("1 / 0\n")
    found = library(project)
    assert ids(found.detectors) == ["family.ours"]
    assert [one.id for one in found.left_out] == ["own.shop"]


def test_one_of_the_project_that_cannot_work_refuses_the_start(make: Make) -> None:
    project = make({"house/family/bad.py": "1 / 0", "house/own/theirs.py": detector("theirs")})
    with pytest.raises(DeclarationError, match=r"house/family/bad\.py:1"):
        library(project)


def test_of_two_with_one_id_the_second_is_refused_with_both_files(make: Make) -> None:
    project = make(
        {
            "house/family/twin.py": detector("twin"),
            "house/own/twin.py": detector("twin"),
            "house/own/deep/twin.py": detector("twin"),
        }
    )
    package = make({"family/twin.py": detector("twin")})
    found = library(project, [package])
    assert ids(found.detectors) == ["family.twin", "own.twin"]
    assert [one.reason for one in found.left_out] == [
        "detector own.twin stands in house/own/twin.py and in house/own/deep/twin.py",
        "detector family.twin stands in family/twin.py and in house/family/twin.py",
    ]


def test_what_a_check_refuses_is_left_out_or_refused(make: Make) -> None:
    def check(one: Detector) -> None:
        if one.module.endswith("bad"):
            raise DeclarationError("names no technique")

    project = make({"house/own/bad.py": detector("bad"), "house/own/good.py": detector("good")})
    (one,) = library(project, check=check).left_out
    assert one.reason == "house/own/bad.py: names no technique"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no_such_package", "package of detectors no_such_package: cannot be imported: ModuleNotFoundError"),
        ("this_one_fails", "package of detectors this_one_fails: cannot be imported: ZeroDivisionError"),
        ("this_one_ends", "package of detectors this_one_ends: cannot be imported: SystemExit: 3; repair it"),
        ("textwrap", "package of detectors textwrap: is a single file"),
        ("functions", "package of detectors functions: is Telltale's own"),
        ("functions.detectors.own", "package of detectors functions.detectors.own: is Telltale's own"),
        ("shared.events", "package of detectors shared.events: is Telltale's own"),
        ("cli", "package of detectors cli: is Telltale's own"),
        ("../x", "package of detectors ../x: is no name of a package"),
        (".x", "package of detectors .x: is no name of a package"),
        ("contoso.class", "package of detectors contoso.class: is no name of a package"),
    ],
)
def test_a_package_that_cannot_be_imported_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, said: str
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    for package, content in {"this_one_fails": "1 / 0\n", "this_one_ends": "raise SystemExit(3)\n"}.items():
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(content)
    with pytest.raises(DeclarationError) as caught:
        import_packages([name])
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)
    assert "TELLTALE_DETECTOR_PACKAGES" in str(caught.value)


def test_only_a_package_that_is_missing_itself_is_to_be_installed(make: Make) -> None:
    make({"contoso/shop/refunds.py": detector("refunds")})
    needy = make({"needy/good.py": detector("good")})
    Path(str(needy.__file__)).write_text("import nothing_of_that_name\n")
    del sys.modules["needy"]
    for name in ("nobodys", "nobodys.detectors", "contoso.other"):
        with pytest.raises(DeclarationError, match="; install it beside Telltale"):
            import_packages([name])
    with pytest.raises(DeclarationError, match="it is there, but nothing_of_that_name is not"):
        import_packages(["needy"])


def test_a_former_id_that_somebodys_own_detector_has_is_theirs(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    project = make({"house/family/ours.py": detector("ours"), "house/family/other.py": detector("other")})
    former = Path(str(project.__file__)).with_name("former_ids.toml")
    former.write_text('"data.gone" = "family.ours"\n"data.old" = "family.ours"\n')
    package = make({"contoso/data/gone.py": detector("gone")})
    (data,) = import_packages([f"{package.__name__}.data"])
    found = library(project, [data])
    assert found.left_out == ()
    by_id = {one.id: one for one in found.detectors}
    assert set(by_id) == {"data.gone", "family.other", "family.ours"}
    assert by_id["family.ours"].former_ids == ("data.old",)
    (warning,) = caplog.messages
    assert "data.gone (contoso/data/gone.py)" in warning
    former.write_text('"family.other" = "family.ours"\n')
    with pytest.raises(DeclarationError, match=r"family\.other is the id of a detector"):
        library(project)
