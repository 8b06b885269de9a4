"""What a customer declares about its telemetry: what must arrive, how patient to be, who works when, what is known."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StrictBool, StrictInt, model_validator

from shared.base.severity import Criticality
from shared.customer.types import Duration, Table, Text, TimeZone

FindingName = Literal[
    "silent",
    "low",
    "high",
    "late",
    "skewed",
    "malformed",
    "thin",
    "changed",
    "never_seen",
    "not_configured",
    "short_lived",
]
"""What can be wrong with a source's telemetry; `shared.heartbeat.judgement.finding_kinds` says what each means."""

Dimension = Literal["subscription", "app", "resource", "account"]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Fraction = Annotated[float, Field(gt=0, le=1)]
Factor = Annotated[float, Field(ge=1)]
Count = Annotated[StrictInt, Field(ge=1)]


class NamedSource(Table):
    """Sources by id, and by tenant, category and dimension where those are given."""

    source: Text
    tenant: Text | None = None
    category: Text | None = None
    dimension: Text | None = None


class ExpectedSource(NamedSource):
    """Telemetry that must arrive, and how it is judged.

    interval: its longest usual pause, learnt where it is left out. within: how long it may take to come at all.
    late_after: how late records may be. not_judged: what nobody wants to hear of it.
    """

    interval: Duration | None = None
    within: Duration | None = None
    late_after: Duration | None = None
    criticality: Criticality | None = None
    not_judged: list[FindingName] = []


class VirtualSource(Table):
    """Sources that are watched together: active, at least `quorum` of them speak; passive, one of them suffices."""

    name: Text
    sources: Annotated[list[NamedSource], Field(min_length=2)]
    mode: Literal["active", "passive"] = "active"
    quorum: Count | None = None
    interval: Duration | None = None
    criticality: Criticality | None = None

    @model_validator(mode="after")
    def _quorum_can_be_met(self) -> Self:
        if self.quorum is not None and self.mode == "passive":
            raise ValueError("is passive, so one source suffices; leave quorum out")
        if self.quorum is not None and self.quorum > len(self.sources):
            raise ValueError(f"has a quorum of {self.quorum}, but only {len(self.sources)} sources")
        return self


class DimensionOf(Table):
    """A source that is watched by one thing more, each of them a source of its own."""

    source: Text
    by: Dimension


class DeclaredSilence(Table):
    """How patient heartbeats are. after: the pause allowed where neither interval nor history says more."""

    after: Duration | None = None


class ChangeWindow(Table):
    """A time of announced work, with offsets. sources: ids that it concerns; everything when empty."""

    name: Text
    start: AwareDatetime
    end: AwareDatetime
    sources: list[Text] = []

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError("its end is not after its start")
        return self


class DeclaredAcknowledgement(NamedSource):
    """Somebody has seen what is wrong: it raises no alert before `until`, unless it goes and comes back."""

    at: AwareDatetime
    until: AwareDatetime
    by: Text
    reason: Text | None = None
    finding: FindingName | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until <= self.at:
            raise ValueError("ends before it begins: until is not after at")
        return self


class DeclaredCalendar(Table):
    """When people work. sources: ids whose volume follows this calendar; all without one of their own when empty."""

    time_zone: TimeZone = "UTC"
    working_days: Annotated[list[Day], Field(min_length=1)] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
    ]
    holidays: list[date] = []
    sources: list[Text] = []


class HeartbeatSettings(Table):
    """How all sources are judged.

    training: judged and shown, without alerts. training_days: history that volume needs. checks, of: how many of
    the last checks must agree. clear: how many in a row without it end it. cooldown: how long after its end the
    same raises no alert. escalate_after: a second, more severe alert when it lasts. accept_after: then it is
    the new usual. retire_after: a source that was silent so long is forgotten, unless it is declared. new_an_hour:
    new names that a source takes. low, high, late, thin, malformed, skewed, changed, silence: where judgement begins.
    """

    training: StrictBool = False
    training_days: Annotated[StrictInt, Field(ge=1, le=60)] = 14
    checks: Annotated[StrictInt, Field(ge=1, le=16)] = 2
    of: Annotated[StrictInt, Field(ge=1, le=16)] = 3
    clear: Annotated[StrictInt, Field(ge=1, le=16)] = 3
    cooldown: Duration | None = None
    escalate_after: Duration | None = None
    accept_after: Duration | None = None
    retire_after: Duration | None = None
    new_an_hour: Count = 200
    low: Fraction | None = None
    high: Factor | None = None
    late: Factor | None = None
    thin: Fraction | None = None
    malformed: Fraction | None = None
    skewed: Fraction | None = None
    changed: Fraction | None = None
    silence: Factor | None = None

    @model_validator(mode="after")
    def _can_agree(self) -> Self:
        if self.checks > self.of:
            raise ValueError(f"has checks = {self.checks}, more than of = {self.of}")
        return self
