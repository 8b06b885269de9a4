"""Find every detector of a package: one file a detector, one detector a file; a family's `vocabulary.py` holds words.

Called once at start with `functions.detectors`, by the functions, the command line and the tests. A package may have a
file `former_ids.toml`, old id to new: declarations that name an old id are still understood.
"""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Final

from shared.base.errors import DeclarationError
from shared.detection.detector import Detector

FORMER_IDS: Final = "former_ids.toml"
_SKIPPED: Final = ".vocabulary"  # the operations and words that the detectors of a family share


def discover(package: ModuleType) -> tuple[Detector, ...]:
    """The detectors below `package`, ordered by id. Raises DeclarationError, naming the file, for what cannot work."""
    found: dict[str, Detector] = {}
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if module.ispkg or module.name.endswith(_SKIPPED):
            continue
        content = _imported(module.name)
        own = [
            value
            for value in vars(content).values()
            if isinstance(value, Detector) and value.module == module.name
        ]
        if len(own) != 1:
            raise DeclarationError(
                f"{_file(module.name)}: a detector file holds one detector, this one holds {len(own)}"
            )
        if own[0].id in found:
            raise DeclarationError(
                f"detector {own[0].id} stands in {_file(module.name)} and in {_file(found[own[0].id].module)}"
            )
        found[own[0].id] = own[0]
    for identity, former in _former_ids(package, found).items():
        found[identity] = replace(found[identity], former_ids=tuple(former))
    return tuple(found[identity] for identity in sorted(found))


def _former_ids(package: ModuleType, known: Mapping[str, Detector]) -> dict[str, list[str]]:
    """The ids that the detectors of `package` had before, by their id of today."""
    found: dict[str, list[str]] = {}
    for path in (Path(folder) / FORMER_IDS for folder in package.__path__):
        if not path.is_file():
            continue
        for old, new in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if new not in known or old in known:
                wrong = f"{new} is no detector" if new not in known else f"{old} is the id of a detector"
                raise DeclarationError(f"{path}: {old} -> {new}: {wrong}")
            found.setdefault(new, []).append(old)
    return found


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except DeclarationError as error:
        identity = f"detector {_identity(name)}"
        said = str(error).removeprefix(f"{identity}: ")
        raise DeclarationError(f"{identity} ({_place(name, error)}): {said}") from None
    except (ImportError, SyntaxError, NameError, AttributeError, TypeError, ValueError) as error:
        said = error.msg if isinstance(error, SyntaxError) else str(error)
        raise DeclarationError(
            f"detector {_identity(name)} ({_place(name, error)}): cannot be imported: {type(error).__name__}: {said}"
        ) from error


def _identity(name: str) -> str:
    """The id that a detector in the module of that name has: folder and file."""
    return ".".join(name.split(".")[-2:])


def _file(name: str) -> str:
    return f"{name.replace('.', '/')}.py"


def _place(name: str, error: Exception) -> str:
    """The file, and the line in it, of what could not be imported."""
    line = error.lineno if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return _file(name) + (f":{line}" if line else "")
