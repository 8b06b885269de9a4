"""`telltale redrive`: processes dead letters again, sends refused or waiting alerts again, or discards dead letters.

It works on the store of the last run, on another file, or with --azure on that of a deployed collector, which takes the
settings of the function app from the environment and signs in as `az login` did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.progress import Progress
from rich.table import Table

from cli.declared import AsJson, SettingsFile
from cli.opening import AZURE_OPTION, STORE_OPTION, opened
from cli.terminal import Terminal, flush, note, plain, write_json
from shared.base.errors import TelltaleError
from shared.collector.collector import Collector
from shared.collector.redrive import RedriveFilter
from shared.collector.redrive import redrive as take_up
from shared.delivery.outbox_rows import Entry
from shared.events.times import rfc3339
from shared.upkeep.dead_letters import DeadLetter, DeadLetters

WHAT: Final = ("letters", "refused", "waiting")
_TOGETHER: Final = 500
_SHOWN: Final = 30

_WHAT = typer.Argument(
    metavar="[letters] [refused] [waiting]",
    help="Dead letters, alerts that an outlet refused for good, alerts that wait for a retry; "
    "without a word, letters and refused.",
)
_REASON = typer.Option(
    "--reason", metavar="TEXT", help="Only what was set aside for a reason with this text."
)
_ABOUT = typer.Option(
    "--about",
    metavar="TEXT",
    help="Only letters of hubs, and alerts of rules, names or an EventUid, like this.",
)
_SINCE = typer.Option(
    "--since", metavar="TIME", help="Only what is from this time on (RFC 3339; UTC without a zone)."
)
_UNTIL = typer.Option("--until", metavar="TIME", help="Only what is from before this time.")
_LIMIT = typer.Option("--limit", metavar="N", min=1, help="At most so many of each, in their order.")
_DRY_RUN = typer.Option("--dry-run", help="Show what would be taken up or discarded, and change nothing.")
_DISCARD = typer.Option(
    "--discard", help="Delete the letters that are meant, for good, instead of reading them."
)
_ALL = typer.Option("--all", help="With --discard, in place of a filter: every letter.")


def redrive(
    what: Annotated[list[str] | None, _WHAT] = None,
    *,
    reason: Annotated[str, _REASON] = "",
    about: Annotated[str, _ABOUT] = "",
    since: Annotated[str | None, _SINCE] = None,
    until: Annotated[str | None, _UNTIL] = None,
    limit: Annotated[int | None, _LIMIT] = None,
    dry_run: Annotated[bool, _DRY_RUN] = False,
    discard: Annotated[bool, _DISCARD] = False,
    every: Annotated[bool, _ALL] = False,
    as_json: AsJson = False,
    settings: SettingsFile = None,
    store: Annotated[Path | None, STORE_OPTION] = None,
    azure: Annotated[bool, AZURE_OPTION] = False,
) -> None:
    """Process dead letters again, or send alerts that were set aside to their outlets again."""
    chosen = _chosen(what)
    wanted = RedriveFilter(reason, _time("--since", since), _time("--until", until), about)
    _check_discard(what, wanted, discard=discard, every=every)
    with closing(opened(store, settings, azure=azure)) as collector:
        if discard:
            results = _discarded(collector.dead_letters, wanted, limit, dry_run=dry_run)
        else:
            results = _results(collector, chosen, wanted, limit, dry_run=dry_run)
        seen = _show_json(results) if as_json else _show(results, f"{', '.join(chosen)}")
        note(_summary(seen, dry_run=dry_run))


def _chosen(what: list[str] | None) -> tuple[str, ...]:
    for word in what or ():
        if word not in WHAT:
            raise TelltaleError(f"redrive {word}: unknown; choose from {', '.join(WHAT)}")
    return tuple(word for word in WHAT if word in what) if what else WHAT[:2]


def _check_discard(what: list[str] | None, wanted: RedriveFilter, *, discard: bool, every: bool) -> None:
    """Refuses to delete what was not named: nobody gets back what is discarded."""
    filtered = wanted != RedriveFilter()
    if not discard:
        if every:
            raise TelltaleError(
                "--all belongs to --discard; without a filter, redrive takes up everything anyway"
            )
    elif what is None or set(what) != {"letters"}:
        raise TelltaleError("--discard deletes dead letters only; write: telltale redrive letters --discard")
    elif every and filtered:
        raise TelltaleError("--all and a filter contradict each other; use only one of them")
    elif not every and not filtered:
        raise TelltaleError(
            "--discard needs a filter (--reason, --about, --since, --until), or --all for every letter"
        )


def _time(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise TelltaleError(f"{option} {text}: not a time; write it like 2026-11-02T09:00:00Z") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _results(
    collector: Collector, chosen: Iterable[str], wanted: RedriveFilter, limit: int | None, *, dry_run: bool
) -> Iterator[dict[str, Any]]:
    """A line for each thing that was, or would be, taken up."""
    if "letters" in chosen:
        # Taken down before the first is redriven: rows that go must not move those that are still to come.
        letters = list(islice(filter(wanted.letter, collector.dead_letters.read()), limit))
        if dry_run:
            yield from ({**_of_letter(letter), "outcome": "would be tried"} for letter in letters)
        else:
            for one in take_up(collector, letters):
                counted = {"records": one.records, "alerts": one.alerts}
                yield {**_of_letter(one.letter), "outcome": one.outcome, **counted}
    for word, entries, act in (
        ("refused", collector.outbox.refused, lambda some: collector.outbox.revive(chosen=some)),
        ("waiting", collector.outbox.pending, collector.outbox.hurry),
    ):
        if word not in chosen:
            continue
        found = islice(filter(wanted.alert, entries()), limit)
        while together := list(islice(found, _TOGETHER)):
            done = len(together) if dry_run else act(together)
            outcome = "would be sent" if dry_run else "sent next"
            yield from ({**_of_alert(word, entry), "outcome": outcome} for entry in together[:done])


def _discarded(
    letters: DeadLetters, wanted: RedriveFilter, limit: int | None, *, dry_run: bool
) -> Iterator[dict[str, Any]]:
    """A line for each letter that was, or would be, deleted."""
    for letter in list(islice(filter(wanted.letter, letters.read()), limit)):
        if not dry_run:
            letters.remove(letter)
        yield {**_of_letter(letter), "outcome": "would be discarded" if dry_run else "discarded"}


def _of_letter(letter: DeadLetter) -> dict[str, Any]:
    return {
        "what": "letter",
        "hub": letter.hub,
        "partition": letter.partition,
        "sequence_number": letter.sequence_number,
        "place": letter.place,
        "time": rfc3339(letter.enqueued_time),
        "reason": letter.reason,
        "bytes": len(letter.content),
    }


def _of_alert(word: str, entry: Entry) -> dict[str, Any]:
    return {
        "what": f"{word} alert",
        "uid": entry.uid,
        "outlet": entry.outlet,
        "rule": entry.rule,
        "name": entry.name,
        "time": entry.created,
        "reason": entry.reason,
    }


def _show_json(results: Iterator[dict[str, Any]]) -> Counter[tuple[str, str]]:
    seen: Counter[tuple[str, str]] = Counter()
    for result in results:
        seen[result["what"], result["outcome"]] += 1
        write_json(result)
    flush()
    return seen


def _show(results: Iterator[dict[str, Any]], what: str) -> Counter[tuple[str, str]]:
    seen: Counter[tuple[str, str]] = Counter()
    grouped: Counter[tuple[str, str, str]] = Counter()
    console = Terminal(stderr=True)
    # Where nobody watches, what is transient would leave an empty line.
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        for result in results:
            seen[result["what"], result["outcome"]] += 1
            grouped[result["what"], result["outcome"], str(result["reason"])] += 1
            progress.update(task, advance=1, description=f"{sum(seen.values()):,} {what}")
    if grouped:
        Terminal().print(_table(grouped))
    return seen


def _table(grouped: Mapping[tuple[str, str, str], int]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("number", justify="right")
    for name in ("what", "outcome", "set aside because"):
        table.add_column(name, overflow="fold")
    most = sorted(grouped.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN]
    for (what, outcome, reason), number in most:
        table.add_row(f"{number:,}", what, outcome, plain(reason, most=200))
    return table


def _summary(seen: Counter[tuple[str, str]], *, dry_run: bool) -> str:
    if not seen:
        return "nothing that was set aside fits"
    parts = [f"{number:,} {what}s {outcome}" for (what, outcome), number in sorted(seen.items())]
    end = "; nothing was changed" if dry_run else ""
    if any(what.endswith("alert") for what, _ in seen) and not dry_run:
        end = "; the collector sends alerts within a minute"
    return ", ".join(parts) + end
