"""`make chaos`: real worker processes on real table storage, killed and cheated; ends with a line that says what held.

Two runs. In the first, everything is broken at once: workers are killed, frozen and replaced, storage and the ingestion
endpoint fail in every way they can. In the second, thousands of alerts are delivered to an endpoint that fails.
Exits with 1 if something did not hold; a seed repeats the traffic and the plan of what is broken.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from dataclasses import replace

from lab.chaos.kinds import permission_changed
from lab.chaos.report import Verdict, verdict_of
from lab.chaos.run import Run, Size
from lab.parts.azurite import ACCOUNT, ACCOUNT_KEY, AzuriteTables
from lab.parts.node import PartMissing

LONG = Size()
DELIVERY = Size(
    records=15_300,
    kills=100,
    handovers=20,
    workers=8,
    kinds=(permission_changed.KIND,),
    share=1.0,
    on_file=True,
    fault_rates={"ingestion": 0.075, "misdirected": 0.02},
    most_records=2,
    most_messages=1,
    killed_by_time=1.0,
    longest_life=8.0,
    pace=6.0,
    linger=5.0,
)


def _say(text: str) -> None:
    sys.stderr.write(f"chaos: {text}\n")
    sys.stderr.flush()


def storm(seed: str, size: Size) -> Verdict:
    """Everything is broken at once. Raises PartMissing where there is no Azurite."""
    with AzuriteTables() as tables:
        account = f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};"
        return verdict_of(
            "Everything broken at once, on Azurite", Run(seed, size, account, tables.port, _say).run()
        )


def delivery(seed: str, size: Size) -> Verdict:
    """Only the ingestion endpoint is broken, and workers are killed; the store is a file that they share."""
    return verdict_of("Delivery to an endpoint that fails, on a file", Run(seed, size, "", 0, _say).run())


def _runs(options: argparse.Namespace) -> Iterator[Verdict]:
    scale = options.scale
    if options.only in (None, "storm"):
        size = replace(LONG, records=int(LONG.records * scale), kills=int(LONG.kills * scale))
        yield storm(options.seed, replace(size, handovers=int(LONG.handovers * scale)))
    if options.only in (None, "delivery"):
        size = replace(DELIVERY, records=int(DELIVERY.records * scale), kills=int(DELIVERY.kills * scale))
        yield delivery(options.seed, replace(size, handovers=int(DELIVERY.handovers * scale)))


def main() -> int:
    """The exit status: 0 if everything held, 1 if something did not, 2 for what cannot be done."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", default="1", help="a number or a word; the same plans the same (default 1)")
    parser.add_argument("--only", choices=("storm", "delivery"), help="one of the two runs")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size (default 1.0)")
    options = parser.parse_args()
    if not 0 < options.scale <= 100:
        parser.error("--scale is more than 0 and at most 100")
    logging.getLogger("telltale").setLevel(
        logging.CRITICAL
    )  # what is broken on purpose is counted, not logged
    problems: list[str] = []
    try:
        for verdict in _runs(options):
            sys.stdout.write("\n".join(verdict.lines) + "\n\n")
            sys.stdout.flush()
            problems += verdict.problems
    except PartMissing as missing:
        sys.stderr.write(f"chaos: {missing}\n")
        return 2
    for problem in problems:
        sys.stdout.write(f"chaos: {problem}\n")
    if problems:
        sys.stdout.write(f"chaos: FAILED with seed {options.seed}: {len(problems)} things did not hold\n")
        return 1
    sys.stdout.write(
        f"chaos: held with seed {options.seed}: nothing lost, nothing doubled, all counts exact\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
