"""A page for each detector, for the analyst who has its alert before them: `docs/built/detectors/<folder>/<name>.md`.

Made from the declaration and from the alert of the first example that hits, by `make docs`. Run as
`python -m build.detector_pages`, for all detectors or for those whose ids are given.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

import functions.detectors
from build.documents import BUILT, window_text, write_changed
from cli.examples import alerts_of, examples_of
from shared.alerts.alert_row import to_row
from shared.base.durations import format_duration
from shared.coverage.attack import technique
from shared.detection.detector import Detector, attack_page
from shared.detection.discovery import discover
from shared.events.conditions import Clause, Matcher
from shared.events.source_definition import Selection

PAGES: Final = BUILT / "detectors"
MOST_VALUES: Final = 30
_SAID_ABOVE: Final = frozenset(
    """RuleDescription Runbook RemediationSteps AttackRemediationSteps RuleName DetectorVersion ThreatConfidence
    ConfidenceScore AttackTactics AttackTechniques Tactics Techniques""".split()
)
_OF_EVERY_ROW: Final = frozenset(
    """TimeGenerated EventUid EventType EventProduct EventVendor EventSchema EventSchemaVersion EventOriginalType
    Customer AlertStatus AccountName DvcId DvcIdType UsernameType UserIdType""".split()
)


def page(detector: Detector) -> str:
    """The page of a detector."""
    parts = [
        f"# {detector.id}",
        "<!-- made by `make docs` from the detector and its first example -->",
        f"Its alerts are called: {_prose(detector.title)}",
        _prose(detector.description),
        "\n".join(_facts(detector)),
        "## When it raises an alert",
        "\n\n".join(_conditions(detector)),
    ]
    for heading, texts in (
        ("To find out", detector.runbook),
        ("To do", detector.response),
    ):
        if texts:
            steps = "\n".join(f"{number}. {_prose(text)}" for number, text in enumerate(texts, 1))
            parts += [f"## {heading}", steps]
    for heading, texts in (
        ("When it is wrong", detector.false_positives),
        ("References", tuple(f"<{reference}>" for reference in detector.references)),
    ):
        if texts:
            parts += [f"## {heading}", "\n".join(f"- {_prose(text)}" for text in texts)]
    return "\n\n".join([*parts, *_example(detector)]) + "\n"


def _facts(detector: Detector) -> Iterator[str]:
    yield "| | |"
    yield "| --- | --- |"
    yield f"| Severity | {detector.severity.value} |"
    yield f"| Confidence | {detector.confidence} of 100 |"
    techniques = "<br>".join(_technique(id_) for id_ in detector.techniques)
    yield f"| ATT&CK | {techniques} |"
    sources = ", ".join(f"`{source}`" for source in detector.sources)
    yield f"| [Telemetry](../../sources.md) | {sources} |"
    if detector.dedup:
        fields = ", ".join(f"`{name}`" for name in detector.dedup)
        yield f"| One alert for | {fields} in {format_duration(detector.dedup_period)} |"
    if detector.stage != "live":
        yield f"| Stage | {detector.stage}: it runs and is recorded, and raises no alert |"
    yield f"| Version | {detector.version} |"
    yield f"| Code | `{detector.module.replace('.', '/')}.py` |"


def _technique(id_: str) -> str:
    known = technique(id_)
    return f"[{_prose(str(known))}]({attack_page(id_)}): {', '.join(known.tactics)}"


def _conditions(detector: Detector) -> Iterator[str]:
    """What must hold, in words."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for selection in detector.on:
        groups.setdefault(_clauses(selection), []).append(f"`{selection.source.id}`")
    for clauses, sources in groups.items():
        if clauses:
            listed = "\n".join(f"- {clause}" for clause in clauses)
            yield f"A record of {' or '.join(sources)}, of which all of this holds, in upper or lower case:\n\n{listed}"
        else:
            yield f"Any record of {' or '.join(sources)}."
    if detector.body is not None:
        names = ", ".join(f"`{name}`" for name in detector.reads)
        yield f"Its code then decides{f' by {names}' if names else ''}."
    if detector.window:
        yield f"One alone raises nothing; there must be {_prose(window_text(detector.window))}."


def _clauses(selection: Selection) -> tuple[str, ...]:
    return tuple(_clause(clause) for clause in selection.clauses)


def _clause(clause: Clause) -> str:
    if clause.matcher is not None:
        return f"`{clause.field}` {_matcher(clause.matcher)}"
    values = sorted(clause.values)
    verb = "is" if len(values) == 1 else "is one of"
    return f"`{clause.field}` {verb} {_values(values)}"


def _matcher(matcher: Matcher) -> str:
    verb = {
        "prefix": ("begins with", "does not begin with"),
        "suffix": ("ends with", "does not end with"),
        "contains": ("contains", "does not contain"),
        "equals": ("is one of", "is none of"),
        "present": ("has a value", "has no value"),
        "inside": ("lies in", "does not lie in"),
        "outside": ("is an address outside", "is no address outside"),
        "absent": ("has no value", "has a value"),
    }.get(matcher.kind, ("passes a test in the code", "does not pass a test in the code"))[matcher.negated]
    return f"{verb} {_values(matcher.needles)}".rstrip()


def _values(values: Iterable[str]) -> str:
    listed = [f"`{' '.join(value.split()) or ' '}`" for value in values]
    more = len(listed) - MOST_VALUES
    if more > 0:
        return ", ".join(listed[:MOST_VALUES]) + f" or one of {more} more"
    return " or ".join(filter(None, [", ".join(listed[:-1]), *listed[-1:]]))


def _example(detector: Detector) -> Iterator[str]:
    """What of the row of the first example that hits is not said above."""
    for example in examples_of(detector):
        if example.expect != "hit":
            continue
        found = next((alert for alert in alerts_of(detector, example) if alert.rule == detector.id), None)
        if found is None:
            continue
        yield f"## An alert\n\nFrom its example: {_prose(example.why).rstrip('.')}."
        yield f"```json\n{_row_text(to_row(found))}\n```"
        return


def _row_text(row: Mapping[str, Any]) -> str:
    shown = {name: value for name, value in row.items() if name not in _SAID_ABOVE | _OF_EVERY_ROW}
    if isinstance(shown.get("Evidence"), dict):
        evidence = {name: value for name, value in shown["Evidence"].items() if name != "records"}
        shown = {**shown, "Evidence": evidence} if evidence else _without(shown, "Evidence")
    return orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode()


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _prose(text: str) -> str:
    """A declared text on one line of Markdown; its {places} and paths stay readable."""
    return " ".join(text.split()).replace("|", "\\|").replace("<br", "&lt;br")


def address_of(detector: Detector) -> str:
    """The path of a detector's page below `docs/built/detectors`."""
    folder, _, name = detector.id.partition(".")
    return f"{folder}/{name}.md"


def pages(detectors: Iterable[Detector]) -> dict[str, str]:
    """The pages of these detectors, by their path below `docs/built/detectors`."""
    return {address_of(detector): page(detector) for detector in detectors}


def main(asked: Sequence[str]) -> None:
    """Writes the pages that have changed; with none asked for, removes those of detectors that are gone."""
    detectors = discover(functions.detectors)
    wanted = pages(one for one in detectors if not asked or one.id in asked)
    for name, text in wanted.items():
        write_changed(PAGES / name, text)
    for path in () if asked else stale(PAGES, wanted):
        path.unlink()
        print(f"{path.relative_to(PAGES).as_posix()} was removed", file=sys.stderr)


def stale(directory: Path, wanted: Mapping[str, str]) -> list[Path]:
    """Pages in `directory` that belong to no detector."""
    return [path for path in directory.glob("*/*.md") if path.relative_to(directory).as_posix() not in wanted]


if __name__ == "__main__":
    main(sys.argv[1:])
