"""The rules of the house, read from the source: who imports whom, how long files are, what they name."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from build.house import FOLDERS, PURE, ROOMS, circles, graph_of, imports, modules_of
from tests.house_rules import (
    hidden_imports,
    impurities,
    is_below,
    reached_from,
    sub_rooms,
    wrong_privacy,
)

ROOT = Path(__file__).parents[1]

MACHINE_PATH = re.compile(r"(?<![\w.$~)}])/(?:work|root|opt|home/\w+|Users/\w+)/\w|\b[A-Z]:\\+Users\\+\w")
REGISTRY_HOST = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com", re.IGNORECASE)


def files_of_the_project() -> list[Path]:
    """Every file that is, or would be, under version control; without git, what setup did not make."""
    if not (ROOT / ".git").exists():
        return sorted(
            path
            for path in ROOT.rglob("*")
            if path.is_file()
            and not re.search(r"/(\.venv\w*|\.tools|\.\w+_cache|__pycache__|build)/", str(path))
        )
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return sorted(path for path in paths if path.is_file())


FILES = files_of_the_project()
MODULES = modules_of(ROOT, (*FOLDERS, "tests"))
GRAPH = graph_of(MODULES)
PACKAGES = {module for module, path in MODULES.items() if path.name == "__init__.py"}

SOURCES = "shared.events.sources"
OPEN_LISTS = (SOURCES, "shared.detection.windows.kinds")
"""Packages that anyone may add a module to; it is found by itself."""

CLI_RUN = ("cli.app", "lab.demo.command")
"""The only way from what is installed to what is not: `telltale run`, which says so where there is no checkout."""

BOTH_WAYS = {
    # A detector holds its window, and correlation of windows reads detectors: issue 14 rewrites the windows.
    "shared.detection": ["shared.detection -> shared.detection.windows -> shared.detection"],
}
"""Sub-rooms that import each other today."""


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def source_of(module: str) -> str:
    return MODULES[module].read_text(encoding="utf-8")


def imports_of(module: str) -> Iterator[str]:
    return imports(source_of(module), MODULES)


def under(*packages: str) -> list[str]:
    return [module for module in MODULES if is_below(module, packages)]


def part_of(module: str) -> str:
    """The room of `shared` that a module belongs to: shared.storage.keys is of shared.storage."""
    return ".".join(module.split(".")[:2])


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs the project under version control")
def test_no_file_under_version_control_is_ignored() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert listed.stdout.splitlines() == []


def test_every_part_of_shared_is_a_room() -> None:
    assert {part_of(module) for module in under("shared")} - {"shared"} == {
        f"shared.{room}" for room in ROOMS
    }


@pytest.mark.parametrize("module", under("shared"))
def test_a_room_imports_rooms_before_it_only(module: str) -> None:
    own = part_of(module)
    before = (
        {f"shared.{room}" for room in ROOMS[: ROOMS.index(own.removeprefix("shared."))]}
        if own != "shared"
        else set()
    )
    wrong = [
        imported
        for imported in imports_of(module)
        if imported.startswith("shared.") and part_of(imported) != own and part_of(imported) not in before
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        (
            "shared",
            (
                "azure.functions",
                "functions",
                "function_app",
                "cli",
                "lab",
                "build",
                "tests",
            ),
        ),
        ("functions", ("cli", "lab", "build", "tests", "function_app")),
        ("function_app", ("cli", "lab", "build", "tests", "shared")),
        ("cli", ("lab", "build", "tests")),
        ("lab", ("tests",)),
        ("build", ("tests",)),
    ],
)
def test_nothing_imports_back(package: str, forbidden: tuple[str, ...]) -> None:
    wrong = [
        f"{module} imports {imported}"
        for module in under(package)
        for imported in imports_of(module)
        if any(imported == name or imported.startswith(name + ".") for name in forbidden)
    ]
    assert wrong == []


def family_of(module: str) -> str:
    """The folder directly below `functions.detectors` that a detector stands in, in whatever sub-folder."""
    return ".".join(module.split(".")[:3])


def test_a_detector_in_a_sub_folder_is_of_the_family_above_it() -> None:
    assert family_of("functions.detectors.own.shop.refund_paid") == "functions.detectors.own"
    assert family_of("functions.detectors.entra.guest_invited") == "functions.detectors.entra"


def test_detectors_import_detection_events_and_the_vocabulary_of_their_family_only() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module in under("functions.detectors")
        for imported in imports_of(module)
        if imported.split(".")[0] in {"shared", "functions", "azure"}
        and part_of(imported) not in {"shared.detection", "shared.events"}
        and not is_below(imported, [f"{family_of(module)}.vocabulary"])
    ]
    assert wrong == []


def test_no_imports_go_in_circles() -> None:
    assert circles(GRAPH) == []


@pytest.mark.parametrize("room", ROOMS)
def test_packages_of_a_room_import_each_other_one_way(room: str) -> None:
    name = f"shared.{room}"
    assert circles(sub_rooms(GRAPH, name, PACKAGES)) == BOTH_WAYS.get(name, [])


@pytest.mark.parametrize("module", under(*PURE))
def test_pure_rooms_import_no_store_no_clock_and_no_network(module: str) -> None:
    assert impurities(source_of(module)) == []


def test_no_store_is_loaded_with_detection_and_judgement() -> None:
    reached = {
        name
        for one in under("shared.detection", "shared.heartbeat.judgement")
        for name in reached_from(GRAPH, one)
    }
    assert {name for name in reached if is_below(name, ["shared.storage"])} == set()


def test_what_only_its_room_uses_begins_with_an_underscore() -> None:
    product = {module: imported for module, imported in GRAPH.items() if not is_below(module, ["tests"])}
    assert wrong_privacy(product, PACKAGES, OPEN_LISTS) == []


def test_nothing_installed_loads_what_is_not() -> None:
    installed = under("shared", "functions", "cli", "function_app")
    named = [(module, name) for module in installed for name in hidden_imports(source_of(module))]
    assert named == [CLI_RUN]


@pytest.mark.parametrize(
    ("pattern", "limit"),
    [("**/*.py", 400), ("functions/detectors/**/*.py", 60), ("functions/[!_]*.py", 60)],
)
def test_files_stay_short(pattern: str, limit: int) -> None:
    modules = set(MODULES.values())
    long = {
        relative(path): lines
        for path in ROOT.glob(pattern)
        if path in modules
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) >= limit
        and (path.name != "vocabulary.py" or limit == 400)
        and (path.parent != ROOT / "functions" or limit == 400 or "func.Blueprint()" in path.read_text())
    }
    assert long == {}


@pytest.mark.parametrize(
    ("what", "pattern"), [("a path of some machine", MACHINE_PATH), ("a package registry", REGISTRY_HOST)]
)
def test_no_file_names(what: str, pattern: re.Pattern[str]) -> None:
    found = [
        f"{relative(path)}:{number}: {line.strip()[:120]}"
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == [], f"names {what}"


@pytest.mark.parametrize(
    "line", ["see |work|x", "'|home|someone|x'", "--index-url https:||pypi-org|simple", "C:\\Users-\\me"]
)
def test_the_patterns_above_do_find_what_they_look_for(line: str) -> None:
    written_out = line.replace("|", "/").replace("pypi-", "pypi.").replace("Users-", "Users")
    assert MACHINE_PATH.search(written_out) or REGISTRY_HOST.search(written_out)
