"""What the command line takes from a customer's declarations, and the detectors that there are."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from cli.terminal import note
from shared.collector.tuning import check_techniques
from shared.customer.declarations import Declarations, load_declarations
from shared.customer.settings import detector_packages
from shared.detection.detector import Detector
from shared.detection.discovery import Library, import_packages
from shared.detection.discovery import library as found_library

SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="A customer's declarations, a .toml or .json file."),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines only on standard output.")]


def declared(path: Path | None) -> Declarations:
    """The declarations in the file, or none; raises DeclarationError with file and line for what is wrong."""
    return load_declarations(path) if path is not None else Declarations()


def library(*packages: str) -> Library:
    """Every detector: of the project, of its folder `own`, of the settings' packages and of `packages`.

    Raises DeclarationError for a detector of the project that cannot work, and for a package that cannot be imported.
    """
    return _library(tuple(dict.fromkeys([*detector_packages(), *packages])))


@cache
def _library(packages: tuple[str, ...]) -> Library:
    from functions import detectors as project

    return found_library(project, import_packages(packages), check_techniques)


def detectors() -> tuple[Detector, ...]:
    """Every detector that works; says on standard error which of one's own do not."""
    found = library()
    for one in found.left_out:
        note(f"{one.id} is left out: {one.reason}")
    return found.detectors
