"""What `telltale decode --explain` says of a record: which source claimed it, how it was read, where fields came from.

`explained_values` for programs, `explained_parts` for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from cli.decoding import FAST, Reading, problem_values
from cli.files import FileBody
from cli.terminal import plain
from shared.events.explain import Attempt, Explanation, FieldStory, explain
from shared.events.reading.body import Problem
from shared.events.registry import Claim, Registry
from shared.events.source_definition import Source
from shared.events.times import rfc3339

SEARCH: Final = "a search of the whole record"
_LONGEST_RAW: Final = 200
_MOST_SHOWN: Final = 120
_MOST_PATHS: Final = 6


def explained_values(registry: Registry, body: FileBody, item: Reading | Problem) -> dict[str, Any]:
    """One JSON object for a record, or for what could not be read."""
    where = {"file": body.file, "line": body.line}
    if isinstance(item, Problem):
        return {**where, **problem_values(item)}
    event = item.event
    explained = explain(event, registry)
    values: dict[str, Any] = {
        **where,
        "place": event.origin.place,
        "source": event.source,
        "title": event.declaration.title,
        "claimed_by": _claimed_by(event.declaration, explained.claim),
        "read": item.way,
    }
    if event.salvaged is not None:
        values["salvaged"] = event.salvaged
    values |= {"time": rfc3339(event.time), "time_from": event.time_from, **_origin_values(explained.time)}
    if event.category is not None:
        values["category"] = event.category
    values["fields"] = {
        story.name: {"value": story.value, **_origin_values(story)} for story in explained.found
    }
    values["not_found"] = {
        story.name: [_attempt_values(one) for one in story.tried] for story in explained.missing
    }
    return values


def _origin_values(story: FieldStory) -> dict[str, Any]:
    prefix = "time_" if story.name == "time" else ""
    values: dict[str, Any] = {}
    if story.came_from is not None:
        values[prefix + "path"] = story.came_from.place or story.came_from.path
        if not story.came_from.path:
            values[prefix + "found_by"] = SEARCH
        if story.came_from.raw != story.value:
            values[prefix + "raw"] = _short(story.came_from.raw)
    elif story.value is not None:
        values[prefix + "constant"] = True
    if story.tried:
        values[prefix + "tried"] = [_attempt_values(one) for one in story.tried]
    return values


def _attempt_values(attempt: Attempt) -> dict[str, Any]:
    if not attempt.path:
        return {"path": SEARCH}
    return {"path": attempt.path, **({} if attempt.raw is None else {"raw": _short(attempt.raw)})}


def _short(raw: Any) -> Any:
    """A raw value, cut where it is long; of a container, what it is."""
    if isinstance(raw, dict | list):
        return f"({'an object' if isinstance(raw, dict) else 'a list'} of {len(raw)})"
    return raw[:_LONGEST_RAW] + " ..." if isinstance(raw, str) and len(raw) > _LONGEST_RAW else raw


def _claimed_by(source: Source, claim: Claim | None) -> str:
    if claim is None:
        return "being part of a record that this source claimed"
    if claim.by == "category" and source.recognise is not None:
        return f"its category {claim.value}, and a look at the record: others share the category"
    return {
        "category": f"its category {claim.value}",
        "key": f"its key {claim.value}, and a look at the record",
        "look": "a look at the record",
        "fallback": "no other source, so it falls to this one",
    }[claim.by]


def explained_parts(registry: Registry, body: FileBody, item: Reading | Problem) -> Iterator[Text | Table]:
    """The explanation of a record for people: a heading, what holds for the whole record, and its fields."""
    where = f"{body.file}:{body.line}"
    if isinstance(item, Problem):
        content = " ".join(str(problem_values(item)["content"]).split())
        yield plain(where, "bold") + plain("  cannot be read", "bold red")
        yield _pairs([("why", item.reason), ("content", content)])
    else:
        event, explained = item.event, explain(item.event, registry)
        place = f" record {event.origin.place + 1}" if event.origin.place else ""
        title = plain(f"  {event.declaration.title}")
        yield plain(where + place, "bold") + plain(f"  {event.source}", "cyan") + title
        about = [("claimed by", _claimed_by(event.declaration, explained.claim)), ("read", _way(item))]
        about.append(("time", f"{rfc3339(event.time)} from {_time_from(explained)}"))
        yield _pairs(about + ([("category", event.category)] if event.category is not None else []))
        if explained.found:
            yield _found(explained.found)
        if explained.missing:
            yield _missing(explained.missing)
    yield Text()


def _pairs(pairs: Iterable[tuple[str, str]]) -> Table:
    table = _table()
    table.add_column(width=12)
    table.add_column(overflow="fold", ratio=1)
    for name, text in pairs:
        table.add_row(plain(f"  {name}", "dim"), plain(text))
    return table


def _found(stories: Iterable[FieldStory]) -> Table:
    """Every field that has a value, and where it came from."""
    table = _table(show_header=True)
    table.add_column("  Field", width=22)
    table.add_column("Value", overflow="fold", ratio=4)
    table.add_column("From", overflow="fold", ratio=4)
    table.add_column("Tried before", overflow="fold", ratio=3)
    for story in stories:
        table.add_row(
            plain(f"  {story.name}"),
            plain(story.value, most=_MOST_SHOWN),
            _came_from(story),
            plain(_tried(story.tried), "dim", most=3 * _MOST_SHOWN),
        )
    return table


def _missing(stories: Iterable[FieldStory]) -> Table:
    """Every field that the source declares and the record does not have, and where it was looked for."""
    table = _table(show_header=True)
    table.add_column("  Not found", width=22)
    table.add_column("Tried", overflow="fold", ratio=1)
    for story in stories:
        table.add_row(
            plain(f"  {story.name}", "dim"), plain(_tried(story.tried), "dim", most=3 * _MOST_SHOWN)
        )
    return table


def _table(*, show_header: bool = False) -> Table:
    return Table(
        box=None,
        pad_edge=False,
        header_style="bold",
        padding=(0, 2, 0, 0),
        expand=True,
        show_header=show_header,
    )


def _way(reading: Reading) -> str:
    if reading.way == FAST:
        return "fast, by the decoder of its source"
    salvaged = reading.event.salvaged
    return "slow" if salvaged is None else f"slow, salvaged: {salvaged}"


def _time_from(explained: Explanation) -> str:
    attempt = explained.time.came_from
    if attempt is None:
        return f"its arrival; no time that can be read: {_tried(explained.time.tried)}"
    before = f"; before that {_tried(explained.time.tried)}" if explained.time.tried else ""
    return f"{attempt.place} = {_short(attempt.raw)}{before}"


def _came_from(story: FieldStory) -> Text:
    attempt = story.came_from
    if attempt is None:
        return plain("the source: always the same", "dim")
    found = plain(attempt.place or "the record", "" if attempt.path else "yellow", most=_MOST_SHOWN)
    if not attempt.path:
        found += plain(f" ({SEARCH})", "dim")
    if attempt.raw != story.value:
        found += plain(f" = {_short(attempt.raw)}", "dim", most=_MOST_SHOWN)
    return found


def _tried(attempts: Sequence[Attempt]) -> str:
    """Paths that gave nothing: those at which something stands, then the first of the others."""
    telling = [f"{one.path} = {_short(one.raw)}" for one in attempts if one.raw is not None]
    absent = [one.path or SEARCH for one in attempts if one.raw is None]
    more = [f"{len(absent) - _MOST_PATHS} more"] if len(absent) > _MOST_PATHS else []
    return ", ".join(telling + absent[:_MOST_PATHS] + more)
