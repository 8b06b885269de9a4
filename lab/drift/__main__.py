"""`make drift-report`: sixty days of simulated sources, judged and scored; ends with a line that says what held.

Prints the tables and draws pictures of some sources. Exits with 1 if something did not hold. A seed repeats a customer:
its calendar, its sources and what befalls them.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from lab.drift.report import false_a_month, outcomes_of, tables, targets
from lab.drift.run import scores


def main() -> int:
    """Plays, prints, draws; the exit status."""
    options = _options()
    seeds = range(options.seed, options.seed + options.seeds)
    found = scores(seeds, os.cpu_count() or 1)
    for line in tables(found):
        print(line)
    print()
    held = True
    for target in targets(found):
        held = held and not target.missed
        print(f"{'missed' if target.missed else 'held':6}  {target.text}")
        for miss in target.missed:
            print(f"        {miss}")
    if options.pictures:
        from lab.drift.pictures import draw

        print()
        for path in draw(seeds.start, Path(options.pictures)):
            print(f"drawn   {path}")
    outcomes = outcomes_of(found)
    in_time = sum(outcome.in_time for outcome in outcomes)
    print(
        f"\n{'held' if held else 'MISSED'}: {len(found)} sources, {len(outcomes)} faults, "
        f"{sum(outcome.after is not None for outcome in outcomes)} found, {in_time} in time, "
        f"{false_a_month(found):.3f} false alerts a source and month"
    )
    return 0 if held else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make drift-report ARGS=...", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds from there on (default: 5)")
    parser.add_argument(
        "--pictures",
        default="dist/drift",
        help="folder for the pictures (default: dist/drift); '' for none",
    )
    options = parser.parse_args()
    if options.seeds < 1:
        parser.error("--seeds must be 1 or more")
    return options


if __name__ == "__main__":
    sys.exit(main())
