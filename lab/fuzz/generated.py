"""Records made from the sources' own declarations: every path that somebody reads, filled with what may stand there.

Called by `cases`. Detectors' conditions are paths of their sources, so these records come far into the dispatch.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from random import Random
from typing import Any, Final

from lab.fuzz.quirks import ADDRESSES, TIMES
from shared.events.paths import Record, split_path
from shared.events.registry import registry
from shared.events.source_definition import Field, Source

_VALUES: Final[tuple[Any, ...]] = (
    *(
        "ann@example.com",
        "Success",
        "Failure",
        "0",
        "50126",
        "-",
        "",
        " x ",
        "{",
        "[1",
        "<null>",
        'a"quote',
        "it's",
    ),
    *(None, True, False, 0, 1, 403, 500, 123456789012345678, 1.5, -1, 2**64, 1e300, [], {}, ["a", None, 1]),
    *(
        [{"name": "User-Agent", "value": "x"}],
        {"value": "x"},
        {"value": {"value": None}},
        '{"value":"x"}',
        "é\u202f😀",
    ),
)


@cache
def _paths_of(source: Source) -> tuple[str, ...]:
    fields = (field for field in source.fields.values() if isinstance(field, Field))
    return tuple(sorted({path for field in fields for path in field.raw_paths} | set(source.times)))


@cache
def _sources() -> tuple[Source, ...]:
    return tuple(registry())


def plant(record: Record, path: str, value: Any) -> None:
    """Puts `value` at `path`, where nothing else stands in the way."""
    parts = split_path(path)
    at: Any = record
    for part, following in zip(parts, (*parts[1:], ""), strict=True):
        new: Any = value if not following else ([] if following.isdigit() else {})
        if isinstance(at, list):
            if not part.isdigit() or int(part) > len(at):
                return
            if int(part) == len(at):
                at.append(new)
            at = at[int(part)]
        elif isinstance(at, dict):
            at = at.setdefault(part, new)
        else:
            return


def generated(rng: Random) -> bytes:
    """A record of some source as JSON; sometimes parts of it as JSON inside strings, or in single quotes."""
    source = rng.choice(_sources())
    record: Record = {}
    if source.categories and rng.random() < 0.9:
        record["category"] = rng.choice(source.categories)
    if source.head_contains and rng.random() < 0.8:
        plant(record, source.head_contains[0], f"/X/{source.head_contains[1]}/Y".upper())
    for mark in source.recognising_keys[:3]:
        if rng.random() < 0.5:
            record[mark] = rng.choice(("x", "iam.amazonaws.com", "telltale.app/1", {"a": 1}))
    if source.id == "app":
        record |= {"schema": "telltale.app/1", "app": rng.choice(("shop", "", 5, None))}
    paths = _paths_of(source)
    for path in rng.sample(paths, min(len(paths), rng.randint(0, 14))):
        pool = TIMES if "ime" in path else ADDRESSES if "ip" in path.lower() else _VALUES
        plant(record, path, deepcopy(rng.choice(pool if rng.random() < 0.6 else _VALUES)))
    for name, value in list(record.items()):
        if isinstance(value, dict | list) and rng.random() < 0.2:
            text = json.dumps(value)
            record[name] = rng.choice((text, text.replace('"', "'"), text[:-1], str(value)))
    items = list(record.items())
    rng.shuffle(items)
    return json.dumps(dict(items), ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
