"""Azure Service Health: incidents, maintenance and advisories of the platform (category of the Activity log).

Fields: learn.microsoft.com, activity-log-schema, Service Health category. An incident explains a silence.
"""

from __future__ import annotations

from shared.events.paths import as_text
from shared.events.source_definition import Constant, Field, Source, merged
from shared.events.sources.azure_activity import ACTIVITY_FIELDS, ACTIVITY_TIMES

azure_servicehealth = Source(
    id="azure.servicehealth",
    title="Azure Service Health",
    categories=("ServiceHealth",),
    times=ACTIVITY_TIMES,
    fields=merged(
        ACTIVITY_FIELDS,
        {
            "event_result": Constant("NA"),
            "event_result_details": Field(
                "resultType", "properties.stage", "properties.eventProperties.stage"
            ),
            "target_name": Field("properties.service", "properties.eventProperties.service"),
            "target_type": Field("properties.incidentType", "properties.eventProperties.incidentType"),
            "region": Field("properties.region", "properties.eventProperties.region", "location"),
            "record_id": Field("properties.trackingId", "properties.eventProperties.trackingId"),
            "message": Field(
                "properties.title", "properties.eventProperties.title", "resultDescription", normalise=as_text
            ),
        },
    ),
    data_components=("Host Status",),
)
