"""The tables of the documentation that follow from declarations: detectors, sources, events. `make docs` writes them.

What follows from the detectors or the sources is written into `docs/built`, which git ignores: adding one changes no
file that is under version control. A release publishes that folder. Other pages hold their own words, and between two
marks what is made here; a test compares those with the declarations. Run as `python -m build.documents`.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
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
BUILT: Final = DOCS / "built"
"""Where the pages stand that follow from detectors and sources."""
BEGIN: Final = "<!-- made by `make docs`; edit the declarations, not the lines below -->"
END: Final = "<!-- end of what `make docs` made -->"


def detectors_page(detectors: Iterable[Detector]) -> str:
    """A table of detectors for each folder, in the order of their ids."""
    parts: list[str] = []
    for folder, found in groupby(detectors, key=lambda detector: detector.id.partition(".")[0]):
        group = list(found)
        parts.append(f"## {folder} ({len(group)})")
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
    if source.head_contains:
        path, text = source.head_contains
        parts.append(f"{_code(text)} in {_code(path)}")
    elif source.recognising_keys:
        parts.append("a look at records with " + " or ".join(map(_code, source.recognising_keys)))
    elif source.recognise is not None and not source.categories:
        parts.append("what no other source claims" if source.id in FALLBACKS else "a look at the record")
    return "; ".join(parts)


_ABOUT_NAMES: Final = """\
## Event names

They are those of the
[OWASP Application Logging Vocabulary](https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html).
Send successes, too: an analyst needs to know which login of a spray worked. A name that is not here is counted for the
heartbeat, and is there for [a detector of yours](write-a-detector.md). Which detectors read which name is in
`docs/built/application-events.md`, which `make docs` writes."""


def events_page() -> str:
    """The fields of application events, and their names."""
    rows = [
        (_code(term.name), _cell(term.parameters.replace(",", ", ")), _cell(term.meaning)) for term in TERMS
    ]
    return "\n\n".join([_fields_of_events(), _ABOUT_NAMES, _table(("Name", "Parameters", "Meaning"), rows)])


def readers_page(detectors: Iterable[Detector]) -> str:
    """The names of application events that detectors read, and the detectors."""
    readers: dict[str, list[str]] = defaultdict(list)
    for detector in detectors:
        for selection in detector.on:
            for clause in selection.clauses:
                if selection.source is shared.events.application and clause.field == "operation":
                    for name in clause.values:
                        readers[name].append(detector.id)
    rows = [(_code(name), "<br>".join(map(_code, dict.fromkeys(readers[name])))) for name in sorted(readers)]
    return _table(("Name", "Detectors"), rows)


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


_MADE: Final = "<!-- made by `make docs` from the declarations -->"
_ABOUT_DETECTORS: Final = """\
Every detector, by its family, the first part of its id. A window says how many records it takes; without one, a single
record is enough. `telltale detectors --json` adds descriptions, runbooks, false positives and references."""
_ABOUT_SOURCES: Final = """\
Id and name in `on=`, how records are recognised, the pause that is ordinary (empty: silence is judged only where it is
declared), and how many detectors read it."""


def _page(title: str, about: str, made: str) -> str:
    return f"# {title}\n\n{_MADE}\n\n{about}\n\n{made}\n"


def built_pages(sources: Iterable[Source], detectors: Sequence[Detector]) -> dict[str, str]:
    """The pages of `docs/built` that are lists, by file name."""
    return {
        "detectors.md": _page("Detectors", _ABOUT_DETECTORS, detectors_page(detectors)),
        "sources.md": _page("Telemetry sources", _ABOUT_SOURCES, sources_page(sources, detectors)),
        "application-events.md": _page(
            "Application events", "The names that detectors read.", readers_page(detectors)
        ),
    }


PAGES: Final[Mapping[str, Callable[[], str]]] = {"application-events.md": events_page, "cost.md": cost_table}
"""What stands between the marks of the pages under version control."""


def renewed(text: str, made: str) -> str:
    """The page `text` with what stands between its marks replaced; raises ValueError where a mark is missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"a page needs the lines {BEGIN!r} and {END!r}")
    return f"{before}{BEGIN}\n\n{made}\n\n{END}{after}"


def write_changed(path: Path, text: str) -> None:
    """Writes a page where it has changed, and says so on standard error."""
    if not path.is_file() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"docs/{path.relative_to(DOCS).as_posix()} was renewed", file=sys.stderr)


def main() -> None:
    """Writes the pages that have changed."""
    for name, make in PAGES.items():
        write_changed(DOCS / name, renewed((DOCS / name).read_text("utf-8"), make()))
    for name, text in built_pages(registry(), discover(functions.detectors)).items():
        write_changed(BUILT / name, text)


if __name__ == "__main__":
    main()
