"""Every record is an event with source and time, or a problem with a reason; actors and addresses are found."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.decoding import items_of
from local.files import read_bodies
from shared.events.body import Problem
from shared.events.decode import Decoder
from shared.events.event import Event
from shared.events.registry import registry
from tests.shared_checks.corpus import alerts_of

LEAST_NAMED = 0.95
_ACTOR_KEY = re.compile(
    r"(?i)^(user_?principal_?name|upn|user_?name|user_?email|principal_?email|alternate_?id|actor_?(name|upn|email)|"
    r"login_?name|caller|email_address)$"
)
_ADDRESS_KEY = re.compile(
    r"(?i)^(caller_?ip_?address|(client|source|src|remote|actor)?_?ip_?(address|addr)?|source_?ip)$"
)


@dataclass
class Tally:
    """What became of the records of one source."""

    records: int = 0
    without_operation: int = 0
    named: int = 0
    found: int = 0
    missed: Counter[str] = field(default_factory=Counter)


def read_everything(files: list[Path]) -> list[str]:
    """Decodes and replays every file; prints what became of them; gives what must not be."""
    decoder = Decoder(registry(), {})
    failures: list[str] = []
    by_source: dict[str, Tally] = {}
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
                _judge(item, by_source)
        rows, _ = alerts_of(bodies)
        name = f"{path.parent.name}/{path.name}"
        print(f"{name[-69:]:70}{events:>8}{salvaged:>10}{problems:>10}{len(rows):>8}")
        if not events and not problems:
            failures.append(f"{name}: nothing came out of it")
    return failures + _report(by_source)


def _judge(event: Event, by_source: dict[str, Tally]) -> None:
    source = "app" if event.source.startswith("app.") else event.source
    tally = by_source.setdefault(source, Tally())
    tally.records += 1
    tally.without_operation += event.operation is None
    if any(_named(event.record)):
        tally.named += 1
        if event.actor_username or event.actor_user_id or event.src_ip_addr:
            tally.found += 1
        else:
            tally.missed[next(_named(event.record))] += 1


def _named(value: Any, key: str = "", depth: int = 0) -> Iterator[str]:
    """The keys under which a record names an actor or an address."""
    if depth > 6:
        return
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _named(item, str(name), depth + 1)
    elif isinstance(value, list):
        for item in value[:5]:
            yield from _named(item, key, depth + 1)
    elif (
        isinstance(value, str)
        and value.strip()
        and (
            (_ACTOR_KEY.match(key) and value != "<null>") or (_ADDRESS_KEY.match(key) and _is_address(value))
        )
    ):
        yield key


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _report(by_source: dict[str, Tally]) -> list[str]:
    print(f"\n{'source':34}{'records':>9}{'no operation':>14}{'name somebody':>15}{'found':>8}")
    for source, tally in sorted(by_source.items()):
        share = f"{tally.found / tally.named:.0%}" if tally.named else "-"
        missed = f"  {dict(tally.missed.most_common(3))}" if tally.missed else ""
        print(
            f"{source:34}{tally.records:>9}{tally.without_operation:>14}{tally.named:>15}{share:>8}{missed}"
        )
    named = sum(tally.named for tally in by_source.values())
    found = sum(tally.found for tally in by_source.values())
    print(f"{found} of {named} records that name an actor or an address have it ({found / named:.1%})")
    return (
        []
        if found >= LEAST_NAMED * named
        else [f"only {found / named:.1%} of the named actors and addresses"]
    )
