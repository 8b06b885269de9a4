"""The columns of the table of health: how the telemetry and the collector itself are, in the workspace.

One list, as for alerts: rows, infrastructure, the local endpoint and the queries follow from it.
"""

from __future__ import annotations

from typing import Final

from shared.alerts.alert_columns import TableColumn

TABLE: Final = "TelltaleHealth_CL"
STREAM: Final = "Custom-TelltaleHealth"

COLLECTOR: Final = "Collector"
SOURCE: Final = "Source"
EPISODE: Final = "Episode"

COLUMNS: Final[tuple[TableColumn, ...]] = (
    TableColumn("TimeGenerated", "datetime", "When the row was sent."),
    TableColumn(
        "RowKind", "string", "Collector: the collector is alive; Source: one source; Episode: what was wrong."
    ),
    TableColumn("Customer", "string", "Customer whose collector it is."),
    TableColumn("Version", "string", "Version of the collector."),
    # Of a collector, every five minutes.
    TableColumn("Sources", "int", "How many sources are watched."),
    TableColumn("InTrouble", "int", "How many of them are not healthy."),
    TableColumn("BehindSeconds", "real", "How far the collector is behind the hub."),
    TableColumn("DamagedRows", "int", "Rows of heartbeats that cannot be read."),
    TableColumn(
        "CanarySent", "datetime", "When the canary was sent that came out last, of the slowest hub partition."
    ),
    TableColumn("CanaryEnqueued", "datetime", "When the hub took it."),
    TableColumn(
        "CanaryProcessed",
        "datetime",
        "When the collector had counted it; TimeGenerated is when that was sent on.",
    ),
    # Of a source, every hour, and of an episode.
    TableColumn("Source", "string", "Telemetry source: vendor.product.stream.", 120),
    TableColumn("SourceTenantId", "string", "Tenant that the telemetry is about.", 512),
    TableColumn("Category", "string", "Category of the source.", 512),
    TableColumn(
        "Dimension",
        "string",
        "Subscription, application, resource or account, where it is watched by one.",
        1_024,
    ),
    TableColumn("State", "string", "healthy, or the gravest finding that stands."),
    TableColumn("StateSince", "datetime", "Since when."),
    TableColumn("FirstSeen", "datetime", "When the hub took its first record."),
    TableColumn("LastSeen", "datetime", "When the hub took its newest record."),
    TableColumn("LastEvent", "datetime", "When its newest record happened."),
    TableColumn("RecordsDay", "long", "Records of the last 24 hours."),
    TableColumn("LagSeconds", "real", "From the newest record's time to its arrival."),
    TableColumn("AllowedGapSeconds", "long", "How long it may be silent now."),
    TableColumn("Reporters", "int", "About how many resources wrote it in the last hours."),
    # Of an episode, once an hour while it lasts and once when it is over. The newest row of an EpisodeId holds.
    TableColumn("EpisodeId", "string", "The same for all rows of an episode."),
    TableColumn(
        "Finding",
        "string",
        "What was wrong: silent, low, high, late, skewed, malformed, thin, changed, never_seen.",
    ),
    TableColumn("Begun", "datetime", "When it began."),
    TableColumn("Ended", "datetime", "When it ended; nothing while it lasts."),
    TableColumn("Why", "string", "What was found, in a sentence.", 1_000),
    TableColumn("Mute", "string", "Why no alert was raised; empty where one was."),
)
BY_NAME: Final = {column.name: column for column in COLUMNS}
