"""How each source's records reach the hub: which export carries them, in what batches and how late.

Called by the hour, the story and `envelopes`. The lags are chosen, not measured: minutes for Entra ID and
CloudTrail, a minute or two for resource logs, a second for the product itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from lab.traffic.records.shape import Record


@dataclass(frozen=True, slots=True)
class Export:
    """One way to the hub. Times in seconds: records wait up to `wait` for a batch, which then takes `lag`."""

    name: str
    wait: float
    lag: tuple[float, float]
    array: str = "records"
    alone: bool = False


ENTRA: Final = Export("entra", 60, (90, 300))
ACTIVITY: Final = Export("activity", 60, (45, 200))
RESOURCE: Final = Export("resource", 45, (20, 110))
CLOUDTRAIL: Final = Export("cloudtrail", 120, (60, 300), array="Records")
APPLICATION: Final = Export("application", 4, (0.2, 2), alone=True)

_ENTRA_STREAMS: Final = {
    "SignInLogs": "signin",
    "NonInteractiveUserSignInLogs": "noninteractive",
    # Two categories of one setting may share a body.
    "ServicePrincipalSignInLogs": "workload",
    "ManagedIdentitySignInLogs": "workload",
    "AuditLogs": "audit",
}


class Sent(NamedTuple):
    """A record on its way. Records of one `stream` share bodies."""

    time: datetime
    export: Export
    stream: str
    record: Record


def send(time: datetime, record: Record) -> Sent:
    """Puts a record on the way that its source takes."""
    if "eventSource" in record:
        return Sent(time, CLOUDTRAIL, record["recipientAccountId"], record)
    if "schema" in record:
        return Sent(time, APPLICATION, record["app"], record)
    category = record["category"]
    stream = _ENTRA_STREAMS.get(category)
    if stream is not None:
        return Sent(time, ENTRA, f"{record['tenantId']}/{stream}", record)
    if category == "Administrative":
        return Sent(time, ACTIVITY, record["resourceId"].split("/")[2], record)
    return Sent(time, RESOURCE, record["resourceId"], record)
