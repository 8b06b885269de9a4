"""The Bicep of `infra/` as the tests read it: parsed, and as text without comments and literals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from pycep import BicepParser

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
FILES = sorted(INFRA.rglob("*.bicep"))
MAIN = INFRA / "main.bicep"

_COMMENT_OR_TEXT = re.compile(r"//[^\n]*|'(?:\\.|\$\{[^}]*\}|[^'\\])*'")
_INSERTED = re.compile(r"\$\{([^}]*)\}")


@lru_cache(maxsize=64)
def parsed(path: Path) -> dict[str, Any]:
    """What pycep makes of a file: parameters, variables, resources, modules, outputs."""
    return dict(BicepParser().parse(text=path.read_text("utf-8")))


def declared(path: Path, kind: str) -> dict[str, Any]:
    """The declarations of one kind in a file."""
    found: dict[str, Any] = parsed(path).get(kind, {})
    return found


def expressions(path: Path) -> str:
    """The file without comments and literals; what stands in `${...}` is kept."""

    def kept(match: re.Match[str]) -> str:
        text = match[0]
        return "" if text.startswith("//") else f" ({') ('.join(_INSERTED.findall(text))}) "

    return _COMMENT_OR_TEXT.sub(kept, path.read_text("utf-8"))


def decorated(parameter: dict[str, Any]) -> dict[str, Any]:
    """The decorators of a parameter by name."""
    return {decorator["type"]: decorator["argument"] for decorator in parameter["decorators"]}


def modules(path: Path) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """Each module that a file uses: its symbol, its file, and what it is given."""
    for symbol, module in declared(path, "modules").items():
        config = module["config"]
        while "params" not in config and "config" in config:
            config = config["config"]
        yield symbol, (path.parent / module["detail"]["path"]).resolve(), config.get("params", {})


def block(path: Path, start: str) -> str:
    """The text between the braces that `start` opens."""
    text = path.read_text("utf-8")
    begin = text.index(start) + len(start)
    depth = 1
    for place in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[begin:place]
    raise AssertionError(f"{path}: {start} is not closed")
