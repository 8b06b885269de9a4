"""Every record is an event with source and time, or a problem with a reason; actors and addresses are found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from cli.decoding import items_of
from cli.files import read_bodies
from shared.events.reading.body import Problem
from shared.events.reading.decoder import Decoder
from shared.events.registry import registry
from tests.shared_checks.corpus import alerts_of
from tests.shared_checks.tally import Tallies


def read_everything(files: list[Path]) -> list[str]:
    """Decodes and replays every file; prints what became of them; gives what must not be."""
    decoder = Decoder(registry(), {})
    failures: list[str] = []
    tallies = Tallies()
    print(f"{'file':70}{'events':>8}{'salvaged':>10}{'problems':>10}{'alerts':>8}")
    for path in files:
        bodies = read_bodies([str(path)])
        events = salvaged = problems = 0
        for body in bodies:
            for item in items_of(decoder, body, datetime.now(UTC)):
                if isinstance(item, Problem):
                    problems += 1
                    if not item.reason:
                        failures.append(f"{path.name}:{body.line}: a problem without a reason")
                    continue
                events += 1
                salvaged += item.salvaged is not None
                tallies.judge(item, f"{path.name}:{body.line}")
        rows, _ = alerts_of(bodies)
        name = f"{path.parent.name}/{path.name}"
        print(f"{name[-69:]:70}{events:>8}{salvaged:>10}{problems:>10}{len(rows):>8}")
        if not events and not problems:
            failures.append(f"{name}: nothing came out of it")
    return failures + tallies.report()
