"""Records that are labelled as attacks raise alerts."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from cli.files import FileBody, read_bodies
from tests.shared_checks.corpus import alerts_of

LEAST_OF_AZURE = 0.60


def hit_rates(corpus: Path) -> list[str]:
    """Prints how many of the labelled attack records raise an alert; gives what is too little."""
    failures: list[str] = []
    print(f"\n{'set':52}{'expected':>10}{'alerted':>9}{'':>7}{'unexpected':>12}{'alerted':>9}")
    for name in ("azure", "aws"):
        path = corpus / "panther-analysis" / f"{name}.jsonl"
        labels = _labels(path)
        alerted = _alerted_lines(read_bodies([str(path)]))
        wanted = {label["line"] for label in labels if label["expected"] and label["threshold"] == 1}
        quiet = {label["line"] for label in labels if not label["expected"]}
        share = len(wanted & alerted) / len(wanted)
        print(
            f"{path.parent.name + '/' + path.name:52}{len(wanted):>10}{len(wanted & alerted):>9}{share:>7.0%}"
            f"{len(quiet):>12}{len(quiet & alerted):>9}"
        )
        if name == "azure" and share < LEAST_OF_AZURE:
            failures.append(f"{share:.0%} of the attack records in {path.name} raise an alert")
    folder = corpus / "stratus-red-team"
    techniques = [path for path in sorted(folder.glob("*.jsonl")) if "labels" not in path.name]
    found = Counter(bool(alerts_of(read_bodies([str(path)]))[0]) for path in techniques)
    print(
        f"{'stratus-red-team, techniques':52}{len(techniques):>10}{found[True]:>9}{found[True] / len(techniques):>7.0%}"
    )
    return failures


def _labels(path: Path) -> list[dict[str, Any]]:
    text = path.with_name(path.name.replace(".jsonl", ".labels.jsonl")).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _alerted_lines(bodies: list[FileBody]) -> set[int]:
    """The lines that raise an alert when every record is replayed alone, so that none hides another."""
    return {body.line for body in bodies if alerts_of([body])[0]}
