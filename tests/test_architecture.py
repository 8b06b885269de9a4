"""The rules of the house, read from the source: who imports whom, how long files are, what they name."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

ROOMS = (
    "base", "storage", "customer", "events", "detection", "enrichment", "judging",
    "heartbeat", "coverage", "alerts", "delivery", "upkeep", "collector",
)  # fmt: skip
"""The rooms of `shared` in their order: a room imports rooms before it, and nothing else of ours."""

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
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in FILES
    if path.suffix == ".py"
}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path, *, at_start: bool = False) -> Iterator[str]:
    """The modules that a file imports; `at_start`: only those that importing the file itself loads."""
    pending: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(path)}:{node.lineno}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else str(node.module) for name in names)
        elif at_start and (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or is_for_types(node)):
            continue
        else:
            pending.extend(ast.iter_child_nodes(node))


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def under(package: str) -> list[str]:
    return [module for module in MODULES if module == package or module.startswith(package + ".")]


def part_of(module: str) -> str:
    """The room of `shared` that a module belongs to: shared.storage.keys is of shared.storage."""
    return ".".join(module.split(".")[:2])


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
        for imported in imports(MODULES[module])
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
        for imported in imports(MODULES[module])
        if any(imported == name or imported.startswith(name + ".") for name in forbidden)
    ]
    assert wrong == []


def test_detectors_import_detection_and_events_only() -> None:
    wrong = [
        f"{module} imports {imported}"
        for module in under("functions.detectors")
        for imported in imports(MODULES[module])
        if imported.split(".")[0] in {"shared", "functions", "azure"}
        and part_of(imported) not in {"shared.detection", "shared.events"}
    ]
    assert wrong == []


def test_no_imports_go_in_circles() -> None:
    graph = {
        module: {name for name in imports(path, at_start=True) if name in MODULES and name != module}
        for module, path in MODULES.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(reversed(error.args[1])), pytrace=False)


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
