"""Creates a detector: its file, an example that matches and one that does not, made from a record of its source.

The record is one that an example of another detector already holds, or the person's own. What only a
person can know is marked TODO; the suite fails until it is filled in.
"""

from __future__ import annotations

import copy
import json
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import shared.events as sources_of_detectors
from cli.declared import library
from cli.decoding import items_of
from cli.examples import examples_of
from cli.files import FileBody
from shared.base.clock import SystemClock
from shared.base.errors import TelltaleError
from shared.coverage.attack import technique
from shared.customer.declaration_file import nearest
from shared.detection.discovery import OWN
from shared.events.event import Event
from shared.events.reading.decoder import Decoder
from shared.events.registry import registry
from shared.events.source_definition import Source

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = tuple(
    sorted(path.parent.name for path in (ROOT / "functions" / "detectors").glob("*/__init__.py"))
)
"""The families: one for each product whose logs are read, and `own`."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{2,60}")
_OTHER_NAMES: Final = {
    "vocabulary": "the file of words that the detectors of a family share",
    "examples": "the folder of their examples",
}
_FAMILIES: Final = (
    ("entra.", "entra"),
    ("msgraph.", "entra"),
    ("azure.aks", "kubernetes"),
    ("kubernetes.", "kubernetes"),
    ("azure.", "azure"),
    ("aws.", "aws"),
    ("gcp.", "google"),
    ("google.", "google"),
    ("m365.", "m365"),
    ("app", "application"),
)
"""The family of a source, by the beginning of its id; every other product is in `saas`."""
_NO_TECHNIQUE: Final = "  # TODO: of ATT&CK, as in T1098.001"
_WHO: Final = ("actor_username", "src_ip_addr", "actor_user_id", "resource_id", "app_name", "target_name")
"""Of these the title names the first that the record has."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a person says about the detector."""

    name: str
    source: str
    operation: str | None = None
    title: str | None = None
    techniques: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """The texts of a detector that was begun, by path from the project's root."""

    id: str
    texts: Mapping[str, str]


def begin(asked: Beginning, own_record: Mapping[str, Any] | None) -> Begun:
    """The files of a new detector. Raises TelltaleError for a name, source, technique or record that cannot be."""
    source, word = _source(asked.source)
    folder, name = _place(asked.name, source)
    for identity in asked.techniques:
        _check_technique(identity)
    records = [dict(own_record)] if own_record is not None else list(_known_records(source))
    hit, event = _hit(source, records, asked.operation, own=own_record is not None)
    wanted = str(event.operation)
    miss = _miss(source, hit, wanted, chain(records, _known_records(source)))
    code = _code(asked, name, word, wanted, event)
    lines = [
        {"expect": "hit", "why": "The operation, as the source sends it.", "record": hit},
        {"expect": "miss", "why": "Another operation of the same source.", "record": miss},
    ]
    examples = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return Begun(
        f"{folder}.{name}",
        {
            f"functions/detectors/{folder}/{name}.py": code,
            (f"functions/detectors/{OWN}/examples" if folder == OWN else f"tests/detectors/{folder}")
            + f"/{name}.jsonl": examples,
        },
    )


def write(begun: Begun, root: Path = ROOT) -> list[Path]:
    """Writes the files; raises TelltaleError where one is there already, and then writes none."""
    paths = {root / name: text for name, text in begun.texts.items()}
    there = [path for path in paths if path.exists()]
    if there:
        raise TelltaleError(
            f"{there[0].relative_to(root)}: is there already; choose another name or remove it"
        )
    for path in paths:
        if path.parent.name == "examples" and path.parent.parent.is_dir():
            path.parent.mkdir(exist_ok=True)
        if not path.parent.is_dir():
            raise TelltaleError(
                f"{path.parent}: there is no such folder; run it from a checkout of the project"
            )
    for path, text in paths.items():
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    return list(paths)


def _source(name: str) -> tuple[Source, str]:
    """A source by id or by the name that detectors import, and that name."""
    found = {word: one for word, one in vars(sources_of_detectors).items() if isinstance(one, Source)}
    for word, source in found.items():
        if name in (word, source.id) or (source.id == "app" and name.startswith("app.")):
            return source, word
    ids = [source.id for source in found.values()]
    raise TelltaleError(
        f"--source {name}: there is no such source{nearest(name, ids)}; "
        "`make docs` lists them in docs/built/sources.md"
    )


def _place(name: str, source: Source) -> tuple[str, str]:
    folder, _, rest = name.replace("/", ".").rpartition(".")
    if not folder:
        folder = next((place for begins, place in _FAMILIES if source.id.startswith(begins)), "saas")
    if folder not in FOLDERS:
        raise TelltaleError(f"{name}: there is no folder {folder}{nearest(folder, FOLDERS)}")
    wrong = None
    if not _NAME.fullmatch(rest) or keyword.iskeyword(rest):
        wrong = "is no name for a detector"
    elif rest in _OTHER_NAMES:
        wrong = f"is no name for a detector, {rest} is {_OTHER_NAMES[rest]}"
    elif rest == name and name in FOLDERS:
        wrong = "is the name of a family only"
    if wrong:
        raise TelltaleError(
            f"{name}: {wrong}; write what it finds, as in entra.guest_invited_at_night: "
            "lower case letters, digits and underscores, a letter first, three characters at least"
        )
    return folder, rest


def _check_technique(identity: str) -> None:
    try:
        technique(identity)
    except (LookupError, ValueError, TelltaleError):
        raise TelltaleError(
            f"--technique {identity}: is no technique of ATT&CK; write it as in T1098.001"
        ) from None


def _hit(
    source: Source, records: Sequence[dict[str, Any]], operation: str | None, *, own: bool
) -> tuple[dict[str, Any], Event]:
    """A record whose operation is looked for, the first that there is, or one that is made to have it."""
    events = ((record, event) for record in records if (event := _event(record, source)) is not None)
    found = list(islice(events, 1 if operation is None else None))
    if not found:
        raise TelltaleError(
            f"--record: is no record of {source.id} that has an operation; `telltale decode` says what it is"
            if own
            else f"--source {source.id}: no example holds a record of it to begin with; give one with --record FILE"
        )
    if operation is None:
        return found[0]
    for record, event in found:
        if str(event.operation).casefold() == operation.casefold():
            return record, event
    for record, event in found:
        made = _renamed(record, str(event.operation), operation)
        if (renamed := _event(made, source)) is not None and renamed.operation == operation:
            return made, renamed
    raise TelltaleError(
        f"--operation {operation!r}: no example of {source.id} has it, nor can be made to; "
        "give a record that has it with --record FILE"
    )


def _miss(
    source: Source, hit: dict[str, Any], wanted: str, records: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    """A record of another operation."""
    for record in chain([_renamed(hit, wanted, f"{wanted} (another)")], records):
        event = _event(record, source)
        if event is not None and str(event.operation).casefold() != wanted.casefold():
            return dict(record)
    raise TelltaleError(
        f"--source {source.id}: no record with another operation can be made; write the detector by hand, "
        "as in docs/write-a-detector.md"
    )


def _known_records(source: Source) -> Iterator[dict[str, Any]]:
    """The records of examples of detectors that read the source."""
    for detector in library().detectors:
        if source.id in detector.sources:
            for example in examples_of(detector):
                yield from example.records[:3]


def _event(record: Mapping[str, Any], source: Source) -> Event | None:
    """The event of a record, where it is one of the source and has an operation."""
    body = FileBody("record", 1, json.dumps({"records": [record]}).encode())
    items = list(items_of(Decoder(registry(), {}), body, SystemClock().now()))
    if len(items) != 1 or not isinstance(items[0], Event):
        return None
    event = items[0]
    is_of = event.source == source.id or (source.dynamic and event.source.startswith(f"{source.id}."))
    return event if is_of and event.operation is not None else None


def _renamed(record: Any, old: str, new: str) -> Any:
    """The record with every text that is `old`, in whatever case, replaced by `new`."""
    if isinstance(record, dict):
        return {key: _renamed(value, old, new) for key, value in record.items()}
    if isinstance(record, list):
        return [_renamed(value, old, new) for value in record]
    if isinstance(record, str) and record.casefold() == old.casefold():
        return new
    return copy.copy(record)


def _code(asked: Beginning, name: str, word: str, operation: str, event: Event) -> str:
    sentence = name.replace("_", " ")
    who = next((one for one in _WHO if getattr(event, one, None)), None)
    subject = f"{{{who}}}" if who else "Somebody"
    title = asked.title or f"{subject}: {sentence}"
    person = "{actor_username}" if who == "actor_username" else "whoever did it"
    return "\n".join(
        [
            "from shared.detection import Severity, detector",
            f"from shared.events import Event, {word}",
            "",
            "",
            "@detector(",
            f"    title={_text(title)},{'' if asked.title else '  # TODO: a sentence that an analyst reads first'}",
            "    severity=Severity.LOW,  # TODO: High wakes somebody",
            f"    techniques={_texts(asked.techniques)},{'' if asked.techniques else _NO_TECHNIQUE}",
            f"    on={word}(operation={_text(operation)}),",
            "    confidence=30,  # TODO: of 100 alerts, how many are what it looks for",
            "    runbook=[  # TODO: two to five questions that tell an attack from work",
            f"        {_text(f'Did {person} mean to do this? Ask by another way.')},",
            '        "Is there a ticket or a change for it?",',
            "    ],",
            '    response=["Undo it, and end the sessions of the account."],  # TODO: what ends it',
            '    false_positives=["Planned administration."],  # TODO: what looks alike',
            *([] if asked.techniques else ["    references=[],  # TODO: where it is documented"]),
            ")",
            f"def {name}(event: Event) -> bool:",
            '    """TODO: why it matters, in a sentence that is the description of the alert."""',
            "    return True  # what data in `on` cannot say",
            "",
        ]
    )


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=True)


def _texts(values: Sequence[str]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"
