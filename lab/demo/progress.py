"""Shows how far the scenario is: a live line on a terminal, a plain line every quarter of an hour elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from rich.progress import BarColumn, Progress, TextColumn

from cli.terminal import Terminal, note
from lab.demo.scenario import START
from lab.demo.scenario import Progress as Played

_PLAIN_EVERY = timedelta(minutes=15)


@contextmanager
def shown() -> Iterator[Callable[[Played], None]]:
    """The function to call with the progress; everything goes to standard error."""
    console = Terminal(stderr=True)
    if not console.is_terminal:
        yield _plainly()
        return
    columns = (
        TextColumn("[bold]{task.fields[clock]} UTC"),
        BarColumn(bar_width=40),
        TextColumn("{task.fields[records]} records"),
        TextColumn("{task.fields[alerts]} alerts"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=1.0, clock=f"{START:%H:%M}", records="0", alerts="0")

        def update(played: Played) -> None:
            progress.update(
                task,
                completed=played.share,
                clock=f"{played.time:%H:%M}",
                records=f"{played.records:,}",
                alerts=str(played.alerts),
            )

        yield update


def _plainly() -> Callable[[Played], None]:
    following = START + _PLAIN_EVERY

    def update(played: Played) -> None:
        nonlocal following
        if played.time >= following or played.share >= 1:
            following += _PLAIN_EVERY
            note(f"{played.time:%H:%M} UTC  {played.records:,} records  {played.alerts} alerts")

    return update
