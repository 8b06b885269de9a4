"""A user reaches for objects of many other tenants (T1190, broken object level authorization)."""

from shared.detection import Severity, detector, distinct, present
from shared.events import Event, application


@detector(
    title="{actor_user_id} of {app_name} reached for objects of {count} tenants",
    severity=Severity.HIGH,
    techniques=["T1190"],
    on=application(target_tenant_id=present()),
    window=distinct(of="target_tenant_id", by=["app_name", "actor_user_id"], threshold=5, period="1h"),
    confidence=65,
    runbook=[
        "Is {actor_user_id} support staff or a partner who works for several customers?",
        "Which of the requests succeeded? Those tenants must be told.",
    ],
    response=["Block the session of {actor_user_id}, and repair the check of the tenant."],
    false_positives=["Support staff and partners: allow-list them."],
    references=["https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/"],
)
def tenants_enumerated(event: Event) -> bool:
    """A user belongs to one customer; five of them in an hour are a search for the hole in the wall."""
    return bool(event.target_tenant_id != event.tenant_id)
