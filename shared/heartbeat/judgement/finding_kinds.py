"""The words of a judgement: what can be wrong with an entity, what became of it, how much it matters."""

from __future__ import annotations

from enum import StrEnum


class FindingKind(StrEnum):
    """What can be wrong with an entity's telemetry."""

    SILENT = "silent"
    """Nothing arrives for longer than it ever pauses at such a time."""
    LOW = "low"
    """Far fewer records than at the same time of other weeks."""
    HIGH = "high"
    """Far more records than at the same time of other weeks."""
    LATE = "late"
    """Records arrive long after they happened."""
    SKEWED = "skewed"
    """The sender's clock is wrong: records from the future, or from another day."""
    MALFORMED = "malformed"
    """Records cannot be decoded."""
    THIN = "thin"
    """A field that detectors read is filled far less often than it used to be."""
    CHANGED = "changed"
    """Records have a shape that this entity never sent before."""
    NEVER_SEEN = "never_seen"
    """Declared as expected, and nothing of it ever came."""
    NOT_CONFIGURED = "not_configured"
    """Nothing is configured to send it, or less than the customer's profile asks for."""
    SHORT_LIVED = "short_lived"
    """Kept for a shorter time than the customer's policy asks for."""


class Change(StrEnum):
    """What became of a finding at this check."""

    OPENED = "opened"
    ESCALATED = "escalated"
    RECOVERED = "recovered"
    FLAPPING = "flapping"
    """It came and went so often that one alert says so; the next says that it is steady again."""
    ACCEPTED = "accepted"
    """It lasted so long that it is taken for the new usual."""


class Mute(StrEnum):
    """Why a finding is shown but raises no alert."""

    TRAINING = "training"
    MAINTENANCE = "maintenance"
    ACKNOWLEDGED = "acknowledged"
    COOLDOWN = "cooldown"
    FLAPPING = "flapping"
    COVERED = "covered"
    """Another finding of the same entity says it already: what is silent is low as well."""
