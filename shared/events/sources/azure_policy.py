"""Azure Policy: what policies audited, denied, changed or deployed (category of the Activity log).

Fields: learn.microsoft.com, activity-log-schema, Policy category. Entra's own policy changes carry the same category
in some exports; they belong to the Entra audit.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.paths import Record, as_text, top
from shared.events.source_definition import Field, Source, merged
from shared.events.sources.azure_activity import ACTIVITY_FIELDS, ACTIVITY_TIMES


def _is_policy(record: Record) -> bool:
    return "microsoft.aadiam" not in (as_text(top(record, "resourceId")) or "").lower()


azure_policy = Source(
    id="azure.policy",
    title="Azure Policy",
    categories=("Policy",),
    recognise=_is_policy,
    head_contains=("resourceId", "/subscriptions/"),
    times=ACTIVITY_TIMES,
    fields=merged(
        ACTIVITY_FIELDS,
        {
            "rule_name": Field(
                "properties.policies.0.policyDefinitionDisplayName",
                "properties.policies.0.policyDefinitionName",
            ),
            "event_result_details": Field(
                "properties.policies.0.policyDefinitionEffect",
                "properties.isComplianceCheck",
                "resultSignature",
            ),
            "message": Field("properties.message", "properties.policies.0.policyAssignmentName"),
        },
    ),
    data_components=("Cloud Service Modification", "User Account Modification"),
    log_sources=("azure:policy",),
    usual_gap=timedelta(hours=6),
)
