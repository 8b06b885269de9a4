"""What the command line takes from a customer's declarations, and the detectors that come with the project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shared.customer.declarations import Declarations, load_declarations
from shared.detection.detector import Detector
from shared.detection.discovery import discover

SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", metavar="FILE", help="A customer's declarations, a .toml or .json file."),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines only on standard output.")]


def declared(path: Path | None) -> Declarations:
    """The declarations in the file, or none; raises DeclarationError with file and line for what is wrong."""
    return load_declarations(path) if path is not None else Declarations()


def detectors() -> tuple[Detector, ...]:
    """Every detector of the project."""
    from functions import detectors as package

    return discover(package)
