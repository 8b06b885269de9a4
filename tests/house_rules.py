"""What the architecture test looks for in a source text or in a graph of imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from typing import Final

from build.house import Graph, imports, room_of

STORES_AND_NETWORKS: Final = (
    "shared.storage", "azure", "sqlite3", "requests", "urllib3", "httpx", "aiohttp", "socket", "ssl", "http.client",
    "urllib.request", "smtplib", "ftplib", "asyncio", "subprocess",
)  # fmt: skip
CLOCK: Final = "SystemClock"
MOMENTS: Final = {
    "time": {
        "time",
        "time_ns",
        "monotonic",
        "monotonic_ns",
        "perf_counter",
        "perf_counter_ns",
        "localtime",
        "gmtime",
    },
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
}
"""Attributes that ask a clock, by the last name before them."""

LOADERS: Final = {"import_module", "__import__", "find_spec", "run_module", "resolve_name"}


def is_below(module: str, packages: Collection[str]) -> bool:
    """Whether a module is one of the packages or stands in one."""
    return any(module == package or module.startswith(package + ".") for package in packages)


def impurities(source: str) -> list[str]:
    """What a pure module may not have: imports of a store or a network, and questions to a clock."""
    found = [f"imports {name}" for name in imports(source, {}) if is_below(name, STORES_AND_NETWORKS)]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            asked = names & (MOMENTS["time"] if node.module == "time" else {CLOCK})
            found += [f"imports {node.module}.{name}" for name in sorted(asked)]
            found += [
                f"imports {node.module}.{name}"
                for name in sorted(names)
                if f"{node.module}.{name}" in STORES_AND_NETWORKS
            ]
        elif isinstance(node, ast.Attribute):
            before = _last(node.value)
            if node.attr in MOMENTS.get(before, ()) or node.attr == CLOCK:
                found.append(f"asks {before}.{node.attr}")
    return found


def hidden_imports(source: str) -> list[str]:
    """Modules of `lab` and `build` that a text loads by their names.

    Where a module is loaded by some name, every string of the text that is one of theirs counts: it may get there.
    """
    tree = ast.parse(source)
    loads = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _last(node.func) in LOADERS]
    given = [text for call in loads for text in _texts(call) if re.match(r"(lab|build)(\.|$)", text)]
    anywhere = [text for text in _texts(tree) if loads and re.fullmatch(r"(lab|build)(\.\w+)+", text)]
    return list(dict.fromkeys([*given, *anywhere]))


def _last(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _texts(tree: ast.AST) -> list[str]:
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def is_private(module: str) -> bool:
    """Whether a module, or a package that it stands in, begins with an underscore."""
    return any(part.startswith("_") for part in module.split("."))


def wrong_privacy(graph: Graph, packages: Collection[str], open_lists: Collection[str]) -> list[str]:
    """Modules of `shared` that only their room imports and that say otherwise, or the other way round.

    packages: they are the faces of what stands in them, and not judged. open_lists: packages whose modules are found
    by themselves; what they import is there for whoever adds one.
    """
    users: dict[str, set[str]] = {module: set() for module in graph}
    for_authors = set()
    for module, imported in graph.items():
        for name in imported:
            if room_of(module) != room_of(name):
                users[name].add(module)
            if is_below(module, open_lists):
                for_authors.add(name)
    wrong = []
    for module in graph:
        if not module.startswith("shared."):
            continue
        if is_private(module):
            wrong += [
                f"{user} imports {module}, which is private to its room" for user in sorted(users[module])
            ]
        elif not (
            module in packages or users[module] or module in for_authors or is_below(module, open_lists)
        ):
            wrong.append(f"{module} is imported by its own room only: begin it with an underscore")
    return wrong


def sub_rooms(graph: Graph, room: str, packages: Collection[str]) -> dict[str, list[str]]:
    """Who imports whom among the packages of a room; its own modules are one more. Its face is not looked at."""

    def group(module: str) -> str:
        package = ".".join(module.split(".")[:3])
        return package if package in packages else room

    inside = [module for module in graph if module.startswith(room + ".")]
    found: dict[str, list[str]] = {group(module): [] for module in inside}
    for module in inside:
        found[group(module)] += [group(name) for name in graph[module] if name in inside]
    return found


def reached_from(graph: Graph, module: str) -> set[str]:
    """Everything that is loaded with a module, however far away."""
    reached: set[str] = set()
    pending = [module]
    while pending:
        for name in graph[pending.pop()]:
            if name not in reached:
                reached.add(name)
                pending.append(name)
    return reached
