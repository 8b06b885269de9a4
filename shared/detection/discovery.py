"""Find every detector of a package: one file a detector, one detector a file; a family's `vocabulary.py` holds words.

Called once at start with `functions.detectors`, by the functions, the command line and the tests. Its folder `own`, and
packages that the settings name, hold detectors of the customer's or of a product team: one of them that cannot work is
left out and reported, where one of the project's refuses the start. A package may have a file `former_ids.toml`, old id
to new: declarations that name an old id are still understood.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from keyword import iskeyword
from pathlib import Path
from types import ModuleType
from typing import Final

from shared.base.errors import DeclarationError
from shared.detection.detector import Detector

logger = logging.getLogger("telltale.detection")
FORMER_IDS: Final = "former_ids.toml"
OWN: Final = "own"
"""The folder of a package of detectors that no release touches, and the family of what stands in it."""
_OURS: Final = ("cli", "functions", "shared")
_SETTING: Final = "TELLTALE_DETECTOR_PACKAGES"
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
    found = _Loading(lambda _: None)
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
    found, left_out = _Loading(check), []

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


def wrong_package_name(name: str) -> str | None:
    """Why nobody's package of detectors can have this name; None where one can."""
    if not all(part.isidentifier() and not iskeyword(part) for part in name.split(".")):
        return "is no name of a package; write it as in contoso_detectors or contoso.detectors"
    if name.partition(".")[0] in _OURS:
        return f"is Telltale's own; its detectors and those of the folder {OWN} run without being named"
    return None


def import_packages(names: Iterable[str]) -> list[ModuleType]:
    """The packages of detectors with these names. Raises DeclarationError, a line, for one that cannot be imported."""
    found = []
    for name in names:
        if wrong := wrong_package_name(name):
            raise DeclarationError(f"package of detectors {name}: {wrong} ({_SETTING})")
        try:
            package = importlib.import_module(name)
        except (Exception, SystemExit) as error:
            raise DeclarationError(
                f"package of detectors {name}: cannot be imported: {type(error).__name__}: {_one_line(error)}; "
                f"{_repair(name, error)}, or take its name out of {_SETTING}"
            ) from error
        if not hasattr(package, "__path__"):
            raise DeclarationError(
                f"package of detectors {name}: is a single file; name the folder around it in {_SETTING}"
            )
        found.append(package)
    return found


def _repair(package: str, error: BaseException) -> str:
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    if missing is None:
        return "repair it"
    if f"{package}.".startswith(f"{missing}."):
        return "install it beside Telltale"
    return f"it is there, but {missing} is not: install that as well"


class _Loading:
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
    """The ids that the detectors of `package` had before, by their id of today.

    Without those that a detector of somebody's own bears today: a declaration that names one means that detector.
    """
    found: dict[str, list[str]] = {}
    for path in (Path(folder) / FORMER_IDS for folder in package.__path__):
        if not path.is_file():
            continue
        for old, new in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if new not in known or not _is_of(package, known[new]):
                raise DeclarationError(f"{path}: {old} -> {new}: {new} is no detector")
            if old not in known:
                found.setdefault(new, []).append(old)
            elif _is_of(package, known[old]):
                raise DeclarationError(f"{path}: {old} -> {new}: {old} is the id of a detector")
            else:
                logger.warning(
                    "detector %s (%s) has an id that %s had before: declarations that name it mean that file's",
                    old, _file(known[old].module), new,
                )  # fmt: skip
    return found


def _is_of(package: ModuleType, detector: Detector) -> bool:
    """Whether a detector is of the package itself, and not of its folder `own` or of another package."""
    name = package.__name__
    return detector.module.startswith(f"{name}.") and not detector.module.startswith(f"{name}.{OWN}.")


def _imported(name: str, family: str | None) -> ModuleType:
    identity = f"detector {_identity(name, family)}"
    try:
        return importlib.import_module(name)
    except DeclarationError as error:
        said = str(error).removeprefix(f"detector {_identity(name, None)}: ")
        raise DeclarationError(f"{identity} ({_place(name, error)}): {said}") from None
    except (Exception, SystemExit) as error:
        said = error.msg if isinstance(error, SyntaxError) else _one_line(error)
        raise DeclarationError(
            f"{identity} ({_place(name, error)}): cannot be imported: {type(error).__name__}: {said}"
        ) from error


def _identity(name: str, family: str | None) -> str:
    """The id that a detector in the module of that name has: family and file; without a family, folder and file."""
    parts = name.split(".")
    return f"{family or parts[-2]}.{parts[-1]}"


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())


def _file(name: str) -> str:
    return f"{name.replace('.', '/')}.py"


def _place(name: str, error: BaseException) -> str:
    """The file, and the line in it, of what could not be imported."""
    line = error.lineno if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return _file(name) + (f":{line}" if line else "")
