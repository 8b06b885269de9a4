"""The tables of the documentation that follow from declarations: detectors, sources, events. `make docs` writes them.

A page holds its own words, and between two marks what is made here; a test compares the pages with the declarations,
so that they cannot fall behind. Run as `python -m build.documents`.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Final

import orjson

import functions.detectors
import shared.events
from build.application_schema import json_schema
from build.cost_page import table as cost_table
from build.owasp_terms import TERMS
from shared.base.durations import format_duration
from shared.detection.detector import Detector
from shared.detection.discovery import discover
from shared.detection.windows.window import Window
from shared.events.registry import FALLBACKS, registry
from shared.events.source_definition import Source

DOCS: Final = Path(__file__).parents[1] / "docs"
BEGIN: Final = "<!-- made by `make docs`; edit the declarations, not the lines below -->"
END: Final = "<!-- end of what `make docs` made -->"


def detectors_page(detectors: Iterable[Detector]) -> str:
    """A table of detectors for each folder, in the order of their ids."""
    parts: list[str] = []
    for folder, found in groupby(detectors, key=lambda detector: detector.id.partition(".")[0]):
        group = list(found)
        parts.append(f"## {folder.capitalize()} ({len(group)})")
        rows = [
            (
                f"[{_code(detector.id)}](detectors/{detector.id.replace('.', '/')}.md)",
                _cell(detector.title) + ("" if detector.stage == "live" else f" ({detector.stage})"),
                detector.severity.value,
                "<br>".join(detector.techniques),
                "<br>".join(map(_code, detector.sources)),
                _cell(window_text(detector.window)),
            )
            for detector in group
        ]
        parts.append(
            _table(("Detector", "Title of its alerts", "Severity", "ATT&CK", "Sources", "Window"), rows)
        )
    return "\n\n".join(parts)


def window_text(window: Window | None) -> str:
    """A window in words; '' for none."""
    return "" if window is None else window.text


def sources_page(sources: Iterable[Source], detectors: Iterable[Detector]) -> str:
    """A table of sources, and for each the normalised fields that it fills."""
    ordered = sorted(sources, key=lambda source: (source.id in FALLBACKS, source.id))
    readers = Counter(source for detector in detectors for source in detector.sources)
    names = names_in_on()
    rows = [
        (
            _code(source.id + (".<name>" if source.dynamic else "")) + "<br>" + _code(names[source.id]),
            _cell(source.title),
            _recognised(source),
            format_duration(source.usual_gap) if source.usual_gap else "",
            "<br>".join(source.data_components),
            ", ".join(map(_code, source.log_sources)),
            str(readers[source.id] or ""),
        )
        for source in ordered
    ]
    head = (
        "Source, and in `on=`", "Telemetry", "Recognised by", "Ordinary pause", "ATT&CK data components",
        "ATT&CK log sources", "Detectors",
    )  # fmt: skip
    fields = [
        f"- {_code(names[source.id])}: {', '.join(sorted(source.fields)) or 'none'}" for source in ordered
    ]
    heading = "## The normalised fields of each source"
    return "\n\n".join([_table(head, rows), heading, "\n".join(fields)])


def names_in_on() -> Mapping[str, str]:
    """The name under which `shared.events` offers each source, by its id."""
    return {value.id: name for name, value in vars(shared.events).items() if isinstance(value, Source)}


def _recognised(source: Source) -> str:
    parts = []
    if source.categories:
        parts.append("category " + ", ".join(map(_code, source.categories)))
    if source.telling:
        path, text = source.telling
        parts.append(f"{_code(text)} in {_code(path)}")
    elif source.marks:
        parts.append("a look at records with " + " or ".join(map(_code, source.marks)))
    elif source.recognise is not None and not source.categories:
        parts.append("what no other source claims" if source.id in FALLBACKS else "a look at the record")
    return "; ".join(parts)


_ABOUT_NAMES: Final = """\
## Event names

They are those of the
[OWASP Application Logging Vocabulary](https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html).
Send successes, too: an analyst needs to know which login of a spray worked. A name that is not here is counted for the
heartbeat, and is there for [a detector of yours](write-a-detector.md)."""


def events_page(detectors: Iterable[Detector]) -> str:
    """The fields of application events, their names, and the detectors that read each name."""
    readers: dict[str, list[str]] = defaultdict(list)
    for detector in detectors:
        for selection in detector.on:
            for clause in selection.clauses:
                if selection.source is shared.events.application and clause.field == "operation":
                    for name in clause.values:
                        readers[name].append(detector.id.partition(".")[2])
    names = [
        (
            _code(term.name),
            _cell(term.parameters.replace(",", ", ")),
            _cell(term.meaning),
            "<br>".join(map(_code, dict.fromkeys(readers[term.name]))),
        )
        for term in TERMS
    ]
    head = ("Name", "Parameters", "Meaning", "Detectors in `application`")
    return "\n\n".join([_fields_of_events(), _ABOUT_NAMES, _table(head, names)])


def _fields_of_events() -> str:
    schema = json_schema()
    rows = []
    for name, field in schema["properties"].items():
        kinds = {kind.get("type") for kind in field.get("anyOf", ())} & {"integer", "object"}
        rows.append(
            (
                _code(name),
                "required" if name in schema["required"] else "",
                next(iter(kinds), "text").replace("integer", "number"),
                _cell(field["description"]),
                "<br>".join(_code(orjson.dumps(example).decode()) for example in field.get("examples", ())),
            )
        )
    return _table(("Field", "", "Type", "Meaning", "For example"), rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _code(text: str) -> str:
    return f"`{_cell(text)}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _detectors() -> str:
    return detectors_page(discover(functions.detectors))


def _sources() -> str:
    return sources_page(registry(), discover(functions.detectors))


def _events() -> str:
    return events_page(discover(functions.detectors))


PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "detectors.md": _detectors,
    "sources.md": _sources,
    "application-events.md": _events,
    "cost.md": cost_table,
}


def renewed(text: str, made: str) -> str:
    """The page `text` with what stands between its marks replaced; raises ValueError where a mark is missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"a page needs the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"


def main() -> None:
    """Writes the pages that have changed."""
    for name, make in PAGES.items():
        path = DOCS / name
        text = path.read_text(encoding="utf-8")
        made = renewed(text, make())
        if made != text:
            path.write_text(made, encoding="utf-8")
            print(f"docs/{name} was renewed", file=sys.stderr)


if __name__ == "__main__":
    main()
