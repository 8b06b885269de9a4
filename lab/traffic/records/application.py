"""Security events of the company's own product, in the contract that applications log by.

Event names are those of the OWASP Application Logging Vocabulary
(https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html); some carry parameters
after a colon.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

from lab.traffic.company import Company, Origin, Person, Tenant
from lab.traffic.identifiers import guid
from lab.traffic.records.shape import Record

SCHEMA: Final = "telltale.app/1"
APPLICATIONS: Final = ("quayside", "quayside-api")

# (event, result, target type, weight)
_ORDINARY: Final = (
    ("authn_login_success", "Success", "", 22), ("authn_login_fail", "Failure", "", 2),
    ("authn_token_created", "Success", "token", 8), ("session_created", "Success", "session", 10),
    ("session_renewed", "Success", "session", 10), ("session_expired", "Success", "session", 4),
    ("sensitive_read", "Success", "invoice", 20), ("sensitive_create", "Success", "invoice", 8),
    ("sensitive_update", "Success", "invoice", 8), ("sensitive_delete", "Success", "draft", 1),
    ("upload_complete", "Success", "attachment", 4), ("upload_stored", "Success", "attachment", 4),
    ("input_validation_fail", "Failure", "form", 2), ("authz_fail", "Failure", "report", 0.5),
    ("authn_password_change", "Success", "user", 0.5), ("user_updated", "Success", "user", 1),
    ("user_created", "Success", "user", 0.5), ("authn_login_successafterfail", "Success", "", 1),
)  # fmt: skip
_WEIGHTS: Final = tuple(weight for *_, weight in _ORDINARY)


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened in the product: the event's name, its result and what it was done to."""

    event: str
    result: str = "Success"
    target_type: str = ""
    target_id: str = ""
    target_name: str = ""
    description: str = ""
    details: Record = field(default_factory=dict)


def application_event(rng: Random, company: Company, time: datetime) -> Record:
    """An ordinary event of a customer's user, within the user's own tenant."""
    tenant = rng.choice(company.customers)
    person = rng.choice(tenant.people)
    event, result, kind, _ = rng.choices(_ORDINARY, _WEIGHTS)[0]
    target_id = guid(rng) if kind else ""
    happening = Happening(
        event=_with_parameters(event, person, target_id) if rng.random() < 0.4 else event,
        result=result,
        target_type=kind,
        target_id=target_id,
        target_name=f"{kind}-{rng.randrange(100_000):06d}" if kind else "",
        description=f"{person.user_principal_name} {event} {kind} of {tenant.name}".strip(),
        details={
            "request_id": guid(rng),
            "route": f"/api/v2/{kind or 'session'}s/{{id}}",
            "duration_ms": rng.randrange(3, 800),
            "release": "2026.47.2",
            "region": "northeurope",
            "host": f"quayside-api-{rng.randrange(6)}",
            "plan": ("standard", "business")[len(tenant.name) % 2],
        },
    )
    app = APPLICATIONS[rng.random() < 0.4]
    return event_record(app, tenant, person, person.origin, time, happening)


def _with_parameters(event: str, person: Person, target_id: str) -> str:
    parameters = [person.product_id, *([target_id] if target_id else [])]
    return f"{event}:{','.join(parameters)}"


def event_record(
    app: str, tenant: Tenant, person: Person, origin: Origin, time: datetime, happening: Happening
) -> Record:
    """One event: this person, from this origin, in this tenant. A failed login has no session."""
    return {
        "schema": SCHEMA,
        "time": f"{time.isoformat(timespec='milliseconds')[:23]}Z",
        "app": app,
        "event": happening.event,
        "result": happening.result,
        "tenant_id": tenant.id,
        "actor_user_id": person.product_id,
        "actor_username": person.user_principal_name,
        "session_id": None if happening.event.startswith("authn_login_fail") else person.session_id,
        "src_ip_addr": origin.address,
        "http_user_agent": origin.user_agent,
        "target_type": happening.target_type or None,
        "target_id": happening.target_id or None,
        "target_name": happening.target_name or None,
        "target_tenant_id": tenant.id,
        "description": happening.description,
        "details": happening.details,
    }
