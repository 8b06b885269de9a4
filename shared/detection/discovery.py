"""Find every detector of a package: one file a detector, one detector a file.

Called once at start with `functions.detectors`, by the functions, the command line and the tests.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from shared.detection.detector import Detector
from shared.errors import DeclarationError


def discover(package: ModuleType) -> tuple[Detector, ...]:
    """The detectors below `package`, ordered by id. Raises DeclarationError, naming the file, for what cannot work."""
    found: dict[str, Detector] = {}
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if module.ispkg:
            continue
        content = _imported(module.name)
        own = [
            value
            for value in vars(content).values()
            if isinstance(value, Detector) and value.module == module.name
        ]
        if len(own) != 1:
            raise DeclarationError(
                f"{module.name}: a detector file holds one detector, this one holds {len(own)}"
            )
        if own[0].id in found:
            raise DeclarationError(
                f"detector {own[0].id} stands in {module.name} and in {found[own[0].id].module}"
            )
        found[own[0].id] = own[0]
    return tuple(found[identity] for identity in sorted(found))


def _imported(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except DeclarationError as error:
        raise DeclarationError(f"{name}: {error}") from None
    except (ImportError, SyntaxError, NameError, AttributeError, TypeError, ValueError) as error:
        raise DeclarationError(f"{name}: cannot be imported: {type(error).__name__}: {error}") from error
