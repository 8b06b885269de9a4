"""The staged incident: an administrator's stolen account, from the first guessed password to silenced logs.

Called by the hour, which merges it into ordinary traffic, and by tests, which ask what should be found. Every
step is made of records such as the real thing leaves behind; minutes count from the start of the hour.
"""

from __future__ import annotations

from datetime import datetime

from lab.traffic.company import Company
from lab.traffic.envelopes import Delivery
from lab.traffic.identifiers import seeded
from lab.traffic.incident import broken_bodies, identity, platform, product
from lab.traffic.incident.platform import SILENT_FROM, SILENT_UNTIL
from lab.traffic.incident.stage import Stage, Step
from lab.traffic.records.shape import Record

__all__ = ["Step", "is_silenced", "malformed", "steps"]


def steps(seed: int | str, company: Company, start: datetime) -> list[Step]:
    """Every step of the incident that begins in the hour from `start`."""
    stage = Stage(seeded(seed, "incident"), company, start)
    return [*identity.steps(stage), *platform.steps(stage), *product.steps(stage)]


def malformed(seed: int | str, company: Company, start: datetime, partitions: int) -> list[Delivery]:
    """Six bodies that cannot be read as they stand, in order of their enqueued time."""
    return broken_bodies.broken_bodies(Stage(seeded(seed, "malformed"), company, start), partitions)


def is_silenced(start: datetime, time: datetime, record: Record) -> bool:
    """Whether this record is never exported: the vault's, while its diagnostic setting is gone."""
    return record.get("category") == "AuditEvent" and SILENT_FROM <= time - start < SILENT_UNTIL
