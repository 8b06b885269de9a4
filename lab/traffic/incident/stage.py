"""What every part of the incident shares: the people in it, its clock, and the step it adds to the story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from lab.traffic.company import (
    INTRUDER_ADDRESS,
    SCANNER_ADDRESS,
    SPRAY_ADDRESS,
    STUFFING_ADDRESS,
    Company,
    Origin,
    Person,
    Place,
    Tenant,
)
from lab.traffic.records.azure_activity import Operation, operation_pair
from lab.traffic.records.shape import Record
from lab.traffic.routes import Sent, send

_ABROAD: Final = Place("Montevideo", "Montevideo", "UY", -34.9, -56.16, 65540)
_ELSEWHERE: Final = Place("Cebu City", "Cebu", "PH", 10.31, 123.89, 65541)
_BROWSER: Final = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"
)

INTRUDER: Final = Origin(INTRUDER_ADDRESS, _ABROAD, "Chrome 139.0.0", "Linux", _BROWSER)
SPRAYER: Final = Origin(SPRAY_ADDRESS, _ELSEWHERE, "Python Requests 2.32", "", "python-requests/2.32.5")
STUFFER: Final = Origin(STUFFING_ADDRESS, _ELSEWHERE, "", "", "Go-http-client/2.0")
SCANNER: Final = Origin(SCANNER_ADDRESS, _ELSEWHERE, "", "", "Mozilla/5.0 (compatible; sitecheck/4.1)")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the intruder did, with every record that tells of it in order of time."""

    name: str
    sent: tuple[Sent, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the incident plays: a company, a start, a generator."""

    rng: Random
    company: Company
    start: datetime

    @property
    def tenant(self) -> Tenant:
        """The company's own tenant, where the intruder works."""
        return self.company.workforce

    @property
    def victim(self) -> Person:
        """The administrator whose account the intruder takes."""
        return self.company.administrators[0]

    @property
    def subscription(self) -> str:
        """The scope of the company's subscription."""
        return f"/subscriptions/{self.tenant.subscription_id}"

    def at(self, minute: float) -> datetime:
        """The time so many minutes after the start."""
        return self.start + timedelta(minutes=minute)

    def step(self, name: str, minute: float, record: Record) -> Step:
        """A step of one record."""
        return Step(name, (send(self.at(minute), record),))

    def operation(self, name: str, minute: float, operation: Operation, caller: Person | None = None) -> Step:
        """An Azure operation by the intruder as the victim, or by another caller: start and success."""
        time = self.at(minute)
        address = INTRUDER.address if caller is None else None
        start, success, took = operation_pair(
            self.rng, self.tenant, caller or self.victim, time, operation, address
        )
        return Step(name, (send(time, start), send(time + took, success)))
