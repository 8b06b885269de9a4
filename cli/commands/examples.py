"""`telltale examples`: holds detectors of one's own, in the folder `own` or in packages, to their examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from cli.declared import AsJson, library
from cli.examples import alerts_of, examples_file, examples_of
from cli.terminal import flush, note, write_json
from shared.detection.detector import Detector
from shared.detection.discovery import OWN

_PACKAGES = typer.Argument(
    metavar="[PACKAGE]...",
    help="Installed packages of detectors, besides those of TELLTALE_DETECTOR_PACKAGES.",
)


def examples(packages: Annotated[list[str] | None, _PACKAGES] = None, as_json: AsJson = False) -> None:
    """Run the examples of your own detectors; exit with status 1 where one does not behave as it says."""
    found = library(*packages or ())
    own = [one for one in found.detectors if _is_own(one)]
    problems = [(one.id, one.reason) for one in found.left_out]
    for detector in own:
        problems += [(detector.id, problem) for problem in _problems(detector)]
    for identity, problem in problems:
        if as_json:
            write_json({"detector": identity, "problem": problem})
        else:
            print(f"{identity}: {problem}")
    flush()
    note(f"{len(own)} detectors of your own, {len(problems)} problems")
    if problems:
        raise typer.Exit(1)


def _is_own(detector: Detector) -> bool:
    return detector.id.startswith(f"{OWN}.") or not detector.module.startswith("functions.detectors.")


def _problems(detector: Detector) -> Iterator[str]:
    path = examples_file(detector)
    try:
        known = list(examples_of(detector))
    except AssertionError as error:
        yield str(error)
        return
    missing = {"hit", "miss"} - {example.expect for example in known}
    if missing:
        yield f"{path}: has no example that is expected to {' or '.join(sorted(missing))}"
    for example in known:
        hits = any(alert.rule == detector.id for alert in alerts_of(detector, example))
        if hits != (example.expect == "hit"):
            yield f"{path.name}:{example.line}: {'hits' if hits else 'misses'}, but {example.why}"
