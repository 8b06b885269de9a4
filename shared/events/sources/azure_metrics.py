"""Azure platform metrics that a diagnostic setting sends beside logs (`AllMetrics`).

No detector reads them, but they are known, so that they do not pass for broken telemetry. Fields: learn.microsoft.com,
resource-logs-schema and metrics export.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES
from shared.events.paths import Record, top
from shared.events.source_definition import Constant, Field, Source, merged


def _is_metric(record: Record) -> bool:
    names = record.keys() & {"timeGrain", "timegrain", "total", "average", "count", "minimum", "maximum"}
    return isinstance(top(record, "metricName"), str) and bool(names)


azure_metrics = Source(
    id="azure.metrics",
    title="Azure platform metrics",
    recognise=_is_metric,
    recognising_keys=("metricName",),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("metricName"),
            "event_result": Constant("NA"),
            "event_count": Field("total", "average"),
            "message": Field("timeGrain"),
        },
    ),
    data_components=("Host Status",),
    usual_gap=timedelta(minutes=5),
)
