"""Pictures of played sources: what came, what was usual, what was broken, and what was told.

Above, the sixty days; below, the days around one fault. Needs matplotlib, which is for developers only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lab.drift.play import Played
from lab.drift.profiles import KINDS
from lab.drift.run import scored
from lab.drift.score import Score
from shared.heartbeat.judgement.finding_kinds import Change
from shared.heartbeat.judgement.observation import HOUR

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DRAWN: Final = {"office": "drop", "steady": "flapping", "nightly, UTC": "outage", "forwarded": "outage"}
"""Kinds of sources, and the fault that is shown closely."""
_BAND, _USUAL, _VOLUME, _FAULT, _TOLD, _OVER, _FALSE = (
    "#bcd7ee", "#5b8db8", "#1c2b3a", "#f4c9a5", "#c1272d", "#2e7d4f", "#7b3fa0",
)  # fmt: skip
_DAY: Final = 24


def draw(seed: int, folder: Path, kinds: Collection[str] = tuple(_DRAWN)) -> Iterator[Path]:
    """Draws sources of a seed into a folder, of those kinds that have a picture; gives the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for place, kind in enumerate(KINDS):
        name = kind.__name__.replace("_", " ").replace("nightly utc", "nightly, UTC")
        if name in _DRAWN and name in kinds:
            path = folder / f"{kind.__name__.replace('_', '-')}.png"
            played, score = scored(seed, place)
            picture(played, score, _DRAWN[name], path)
            yield path


def picture(played: Played, score: Score, shown: str, path: Path) -> None:
    """Draws a source. shown: the fault that the lower part is about."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 7.2), dpi=110)
    figure.subplots_adjust(left=0.06, right=0.985, top=0.95, bottom=0.12, hspace=0.35)
    whole, close = figure.subplots(2, 1, height_ratios=(1, 1))
    world = played.source.world
    fault = next(fault for fault in played.source.faults if fault.name == shown)
    middle = int(fault.start + fault.end) // 2 // HOUR
    wide = max(_DAY, int(fault.end - fault.start) // HOUR)
    _panel(whole, played, score, world.first_hour, world.last_hour)
    _panel(
        close,
        played,
        score,
        max(world.first_hour, middle - 2 * wide),
        min(world.last_hour, middle + 2 * wide),
    )
    whole.set_title(
        f"{played.source.name}: sixty days, hour by hour", loc="left", fontsize=12, fontweight="bold"
    )
    close.set_title(f"the days around “{shown}”", loc="left", fontsize=11)
    handles, labels = close.get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=len(labels), frameon=False, fontsize=9)
    figure.savefig(path, metadata={"Software": None})


def _panel(axes: Axes, played: Played, score: Score, start: int, end: int) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.ticker import MaxNLocator, StrMethodFormatter

    hours = range(start, end)
    times = [_day(hour * HOUR) for hour in hours]
    usual = [played.usual.get(hour) for hour in hours]
    volume = [float(played.volume.get(hour, 0)) for hour in hours]
    nothing = float("nan")
    middles = [one.middle if one else nothing for one in usual]
    tallest = sorted([one.middle for one in usual if one] or volume)
    top = 2.2 * max(1.0, tallest[int(0.99 * (len(tallest) - 1))])
    axes.fill_between(
        times,
        [one.low if one else nothing for one in usual],
        [min(top, one.high) if one else nothing for one in usual],
        step="post",
        color=_BAND, linewidth=0, label="usual, and what is ordinary around it",
    )  # fmt: skip
    axes.step(times, middles, where="post", color=_USUAL, linewidth=0.8)
    axes.step(
        times, [min(top, one) for one in volume], where="post", color=_VOLUME, linewidth=0.9,
        label="records an hour",
    )  # fmt: skip
    _faults(axes, played, hours, top)
    _alerts(axes, played, score, hours, top)
    axes.set_ylim(0, 1.45 * top)
    axes.set_xlim(times[0], times[-1])
    locator = AutoDateLocator(minticks=6, maxticks=14)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    axes.set_yticks([tick for tick in MaxNLocator(4).tick_values(0, top) if tick <= top])
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    axes.spines[["top", "right"]].set_visible(False)


def _faults(axes: Axes, played: Played, hours: range, top: float) -> None:
    label = "what is broken"
    short = len(hours) > 20 * _DAY
    for place, fault in enumerate(sorted(played.source.faults, key=lambda fault: fault.start)):
        if fault.end < hours.start * HOUR or fault.start > hours.stop * HOUR:
            continue
        begin = max(fault.start, hours.start * HOUR)
        end = min(fault.end, hours.stop * HOUR)
        axes.axvspan(_day(begin), _day(end), color=_FAULT, linewidth=0, zorder=0, label=label)
        label = ""
        height = (1.42 - 0.12 * (place % 2) * short) * top
        axes.text(_day(begin), height, fault.name, fontsize=8, va="top", color="#8a4b14")


def _alerts(axes: Axes, played: Played, score: Score, hours: range, top: float) -> None:
    first = played.source.world.first_hour * HOUR
    false = {round(first + alert.day * 86_400) for alert in score.false}
    marks: dict[str, list[float]] = {}
    for at, verdict in played.alerts:
        if not hours.start * HOUR <= at < hours.stop * HOUR:
            continue
        if verdict.change is Change.RECOVERED:
            kind = "over"
        elif verdict.change in {Change.OPENED, Change.FLAPPING}:
            kind = "false alert" if round(at) in false else "alert"
        else:
            continue
        marks.setdefault(kind, []).append(at)
    for kind, colour, marker in (
        ("alert", _TOLD, "v"),
        ("over", _OVER, "^"),
        ("false alert", _FALSE, "X"),
    ):
        times = [_day(at) for at in marks.get(kind, [])]
        axes.plot(
            times,
            [1.1 * top] * len(times),
            marker,
            color=colour,
            markersize=6,
            label=kind,
            clip_on=False,
        )


def _day(seconds: float) -> float:
    """A time as matplotlib has it: days since 1970."""
    return seconds / 86_400
