"""The house: the rooms of `shared` in their order, and who imports whom, read from the source. `make house` prints it.

Every import counts, also one for types alone and one inside a function. `tests/test_architecture.py` takes the order
of the rooms from here and holds the rest of what the house promises.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

ROOMS: Final = (
    "base", "storage", "customer", "events", "detection", "enrichment", "judging",
    "heartbeat", "coverage", "alerts", "delivery", "upkeep", "collector",
)  # fmt: skip
"""The rooms of `shared` in their order: a room imports rooms before it, and nothing else of ours."""

PURE: Final = ("shared.detection", "shared.heartbeat.judgement", "shared.coverage", "shared.alerts")
"""Functions of values: they import no store, no clock and no network."""

FOLDERS: Final = ("shared", "functions", "cli", "lab", "build")
MOST_ROOMS: Final = 13
MOST_ARROWS: Final = 45

Modules = Mapping[str, Path]
Graph = Mapping[str, list[str]]
"""A module, or a group of modules, with what it imports; once for each statement that does."""

_ROOT: Final = Path(__file__).parents[1]


def modules_of(root: Path, folders: Iterable[str] = FOLDERS) -> dict[str, Path]:
    """The files of Python below `folders` and those beside them, by the names under which they are imported."""
    paths = [*root.glob("*.py"), *(path for folder in folders for path in (root / folder).rglob("*.py"))]
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted(paths)
    }


def imports(source: str, modules: Modules) -> Iterator[str]:
    """What the text of a module imports: a module of `modules` by its own name, anything else as it is written.

    A name that several statements import comes once for each. Raises ValueError for a relative import.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"line {node.lineno}: imports are absolute")
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from dict.fromkeys(name if name in modules else str(node.module) for name in names)


def graph_of(modules: Modules) -> dict[str, list[str]]:
    """Every module with those of `modules` that it imports."""
    graph = {}
    for module, path in modules.items():
        try:
            graph[module] = [
                name
                for name in imports(path.read_text("utf-8"), modules)
                if name in modules and name != module
            ]
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from None
    return graph


def room_of(module: str) -> str:
    """The room that a module stands in: `storage` for `shared.storage.owners`, `cli` for `cli.app`."""
    first, _, rest = module.partition(".")
    return rest.partition(".")[0] if first == "shared" and rest else first


def arrows_of(graph: Graph) -> Counter[tuple[str, str]]:
    """Between which rooms of `shared` there are imports, from the one that imports, and how many statements."""
    return Counter(
        (room_of(module), room_of(name))
        for module, imported in graph.items()
        for name in imported
        if module.startswith("shared.") and name.startswith("shared.") and room_of(module) != room_of(name)
    )


def is_upward(arrow: tuple[str, str], rooms: tuple[str, ...] = ROOMS) -> bool:
    """Whether the first room imports a later one, or either is no room of the house."""
    return not all(room in rooms for room in arrow) or rooms.index(arrow[0]) < rooms.index(arrow[1])


def circles(graph: Graph) -> list[str]:
    """Imports that lead back to where they began, such as "a -> b -> a"; each without those named before it."""
    left = {module: {name for name in imported if name != module} for module, imported in graph.items()}
    found = []
    while True:
        try:
            TopologicalSorter({module: sorted(names) for module, names in left.items()}).prepare()
        except CycleError as error:
            circle = error.args[1][::-1]
            left[circle[0]].remove(circle[1])
            found.append(" -> ".join(circle))
        else:
            return found


def report(graph: Graph) -> tuple[list[str], bool]:
    """The graph of the rooms as lines, the last of which says what held; and whether all of it did."""
    arrows = arrows_of(graph)
    rooms = list(dict.fromkeys(room_of(module) for module in graph if module.startswith("shared.")))
    rooms.sort(key=lambda room: (ROOMS.index(room) if room in ROOMS else len(ROOMS), room))
    lines = []
    for room in rooms:
        imported = [f"{other} {arrows[room, other]}" for other in rooms if arrows[room, other]]
        lines.append(f"{room:<{max(map(len, rooms))}} -> {', '.join(imported) or 'nothing'}")
    upward = [arrow for arrow in sorted(arrows) if is_upward(arrow)]
    for arrow in upward:
        where = [
            f"{one} imports {other}"
            for one in graph
            for other in graph[one]
            if (room_of(one), room_of(other)) == arrow
        ]
        lines.append(f"upward: {' -> '.join(arrow)}: {'; '.join(dict.fromkeys(where))}")
    strangers = [room for room in rooms if room not in ROOMS]
    lines += [f"unknown room: {room} is not in the order of the rooms" for room in strangers]
    found = circles(graph)
    lines += [f"circle: {circle}" for circle in found]
    holds = {
        f"{len(rooms)} rooms (at most {MOST_ROOMS})": len(rooms) <= MOST_ROOMS and not strangers,
        f"{len(arrows)} arrows (at most {MOST_ARROWS})": len(arrows) <= MOST_ARROWS,
        f"{len(upward) or 'none'} upward": not upward,
        f"{len(found) or 'no'} circle{'s' * (len(found) > 1)}": not found,
    }
    wrong = [what for what, is_held in holds.items() if not is_held]
    lines.append(f"house: does not hold: {', '.join(wrong)}" if wrong else f"house: held: {', '.join(holds)}")
    return lines, not wrong


def main(root: Path = _ROOT) -> int:
    """Prints the graph of the rooms; the exit status is 0 where it is as it should be, else 1."""
    lines, holds = report(graph_of(modules_of(root)))
    print("\n".join(lines))
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
