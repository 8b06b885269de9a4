"""Find every detector of a package: one file a detector, one detector a file; a family's `vocabulary.py` holds words.

Called once at start with `functions.detectors`, by the functions, the command line and the tests. Its folder `own`, and
packages that the settings name, hold detectors of the customer's or of a product team: one of them that cannot work is
left out and reported, where one of the project's refuses the start. A package may have a file `former_ids.toml`, old id
to new: declarations that name an old id are still understood.
"""

from __future__ import annotations

import importlib
import pkgutil
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Final

from shared.base.errors import DeclarationError
from shared.detection.detector import Detector

FORMER_IDS: Final = "former_ids.toml"
OWN: Final = "own"
"""The folder of a package of detectors that no release touches, and the family of what stands in it."""
_SKIPPED: Final = ".vocabulary"  # the operations and words that the detectors of a family share


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A detector of somebody's own that cannot work. reason: one line, with its file."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Library:
    """The detectors that work, ordered by id, and those of somebody's own that do not."""

    detectors: tuple[Detector, ...]
    left_out: tuple[LeftOut, ...] = ()


def discover(package: ModuleType) -> tuple[Detector, ...]:
    """The detectors below `package`, ordered by id. Raises DeclarationError, naming the file, for what cannot work."""
    found = _DetectorsById(lambda _: None)
    for name, family in _modules(package, _refuse):
        found.add(name, family)
    return found.all(package)


def library(
    project: ModuleType,
    packages: Iterable[ModuleType] = (),
    check: Callable[[Detector], None] = lambda _: None,
) -> Library:
    """The detectors of the project, of its folder `own` and of `packages`.

    check: raises DeclarationError for what discovery cannot know to be wrong. Raises DeclarationError for a detector of
    the project that cannot work; one of somebody's own is left out, as is one whose id another has already.
    """
    found, left_out = _DetectorsById(check), []

    def leave_out(name: str, family: str | None, error: DeclarationError) -> None:
        if family is None:
            raise error
        left_out.append(LeftOut(_identity(name, family), str(error)))

    modules = [*_modules(project, leave_out)]
    for package in packages:
        modules += _modules(package, leave_out, package.__name__.rpartition(".")[2])
    for name, family in modules:
        try:
            found.add(name, family)
        except DeclarationError as error:
            leave_out(name, family, error)
    return Library(found.all(project), tuple(left_out))


def import_packages(names: Iterable[str]) -> list[ModuleType]:
    """The packages of detectors with these names. Raises DeclarationError, a line, for one that cannot be imported."""
    found = []
    for name in names:
        try:
            package = importlib.import_module(name)
        except Exception as error:
            raise DeclarationError(
                f"package of detectors {name}: cannot be imported: {type(error).__name__}: {_one_line(error)}; "
                "install it beside Telltale, or take its name out of TELLTALE_DETECTOR_PACKAGES"
            ) from error
        if not hasattr(package, "__path__"):
            raise DeclarationError(
                f"package of detectors {name}: is a single file; name the folder around it"
            )
        found.append(package)
    return found


class _DetectorsById:
    """The detectors that were found so far, by id."""

    def __init__(self, check: Callable[[Detector], None]) -> None:
        self._by_id: dict[str, Detector] = {}
        self._check = check

    def add(self, name: str, family: str | None) -> None:
        """Takes the detector of a module; raises DeclarationError where it cannot be taken."""
        content = _imported(name, family)
        own = [
            value for value in vars(content).values() if isinstance(value, Detector) and value.module == name
        ]
        if len(own) != 1:
            raise DeclarationError(
                f"{_file(name)}: a detector file holds one detector, this one holds {len(own)}"
            )
        detector = own[0] if family is None else replace(own[0], id=_identity(name, family))
        if detector.id in self._by_id:
            first = _file(self._by_id[detector.id].module)
            raise DeclarationError(f"detector {detector.id} stands in {_file(name)} and in {first}")
        try:
            self._check(detector)
        except DeclarationError as error:
            raise DeclarationError(f"{_file(name)}: {error}") from None
        self._by_id[detector.id] = detector

    def all(self, package: ModuleType) -> tuple[Detector, ...]:
        """What was found, ordered by id, with the ids that the detectors of `package` had before."""
        for identity, former in _former_ids(package, self._by_id).items():
            self._by_id[identity] = replace(self._by_id[identity], former_ids=tuple(former))
        return tuple(self._by_id[identity] for identity in sorted(self._by_id))


_Wrong = Callable[[str, str | None, DeclarationError], None]


def _refuse(_name: str, _family: str | None, error: DeclarationError) -> None:
    raise error


def _modules(
    package: ModuleType, wrong: _Wrong, family: str | None = None
) -> Iterator[tuple[str, str | None]]:
    """The files of detectors below a package, and the family that they belong to where it is not their folder's."""
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if module.name.endswith(_SKIPPED):
            continue
        if not module.ispkg:
            yield module.name, family
            continue
        inner = OWN if family is None and module.name.endswith(f".{OWN}") else family
        try:
            folder = _imported(module.name, inner)
        except DeclarationError as error:
            wrong(module.name, inner, error)
            continue
        yield from _modules(folder, wrong, inner)


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


def _imported(name: str, family: str | None) -> ModuleType:
    identity = f"detector {_identity(name, family)}"
    try:
        return importlib.import_module(name)
    except DeclarationError as error:
        said = str(error).removeprefix(f"detector {_identity(name, None)}: ")
        raise DeclarationError(f"{identity} ({_place(name, error)}): {said}") from None
    except Exception as error:
        said = error.msg if isinstance(error, SyntaxError) else _one_line(error)
        raise DeclarationError(
            f"{identity} ({_place(name, error)}): cannot be imported: {type(error).__name__}: {said}"
        ) from error


def _identity(name: str, family: str | None) -> str:
    """The id that a detector in the module of that name has: family and file; without a family, folder and file."""
    parts = name.split(".")
    return f"{family or parts[-2]}.{parts[-1]}"


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


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
