"""Problems of delivery that need a person, and the health alert about them, at most once a day.

An outlet names the trouble in its reply; the collector raises the alert, through the same outbox.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from shared.alerts.alert import Alert, event_uid
from shared.base.severity import Severity

RULE: Final = "telltale.delivery"
AT_ONCE: Final = timedelta(0)
A_WHILE: Final = timedelta(minutes=10)
AN_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that does not go away by itself.

    `kind` names it in the alert's id. `title` and `fix` are one line each. `patience` is how long it must have lasted
    before it is worth an alert.
    """

    kind: str
    title: str
    message: str
    fix: str
    patience: timedelta = AT_ONCE
    severity: Severity = Severity.MEDIUM
    evidence: Mapping[str, object] = field(default_factory=dict)


def trouble_alert(trouble: Trouble, outlet: str, now: datetime, customer: str) -> Alert:
    """The health alert about `trouble`; one for each outlet, kind of trouble and day."""
    return Alert(
        uid=event_uid(customer, "delivery", outlet, trouble.kind, now.date().isoformat()),
        rule=f"{RULE}_{trouble.kind}",
        name=trouble.title,
        severity=trouble.severity,
        start=now,
        end=now,
        description="Alerts do not arrive, or arrive incomplete; they are kept until the cause is repaired.",
        message=trouble.message,
        sub_type="Compliance Violation",
        confidence=95,
        evidence={"outlet": outlet, "problem": trouble.kind, **trouble.evidence},
        runbook=(trouble.message or trouble.title,),
        response=(trouble.fix,),
        version="1",
        customer=customer,
        detection_method="Other",
    )
