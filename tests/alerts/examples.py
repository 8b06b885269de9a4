"""Alerts for the tests of this directory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from shared.alerts.alert import Alert, event_uid
from shared.base.severity import Severity

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
END = datetime(2026, 11, 2, 9, 5, 0, 250_000, tzinfo=UTC)


def example(number: int | str = 1, **changes: Any) -> Alert:
    """A full alert; another `number` is about another episode."""
    values: dict[str, Any] = {
        "uid": event_uid("example", number),
        "rule": "service_principal_credential_added",
        "name": "ann@contoso.com added a credential to Payroll",
        "description": "A long-lived secret on an application outlives the session that added it.",
        "message": "A credential was added to Payroll.",
        "severity": Severity.MEDIUM,
        "sub_type": "Suspicious Activity",
        "techniques": ("T1098.001", "T1098"),
        "tactics": ("Persistence", "Privilege Escalation"),
        "confidence": 70,
        "start": START,
        "end": END,
        "count": 2,
        "entities": {
            "actor_username": "ann@contoso.com",
            "actor_user_id": "6b29fc40-ca47-1067-b31d-00dd010662da",
            "src_ip_addr": "203.0.113.9",
            "target_name": "Payroll",
            "resource_id": "/subscriptions/5f3c/resourceGroups/pay",
            "region": "westeurope",
        },
        "source": "entra.audit",
        "operation": "Add service principal credentials",
        "event_result": "Success",
        "criticality": "High",
        "tags": ("identity",),
        "runbook": ("Ask the owner of Payroll.", "Look at the sign-ins of Payroll."),
        "response": ("Remove the credential.", "Revoke its sessions."),
        "evidence": {"keyIdentifier": "1f", "attempts": [1, 2], "nested": {"a": True}},
        "version": "1.2",
        "customer": "contoso",
        "detection_method": "Behavioral Analytics",
    }
    return Alert(**(values | changes))
