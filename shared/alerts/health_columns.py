"""The columns of the table of health: how the telemetry and the collector itself are, in the workspace.

One list, as for alerts: rows, infrastructure, the local endpoint and the queries follow from it.
"""

from __future__ import annotations

from typing import Final

from shared.alerts.columns import Column

TABLE: Final = "TelltaleHealth_CL"
STREAM: Final = "Custom-TelltaleHealth"

COLLECTOR: Final = "Collector"
SOURCE: Final = "Source"
EPISODE: Final = "Episode"

COLUMNS: Final[tuple[Column, ...]] = (
    Column("TimeGenerated", "datetime", "When the row was sent."),
    Column(
        "RowKind", "string", "Collector: the collector is alive; Source: one source; Episode: what was wrong."
    ),
    Column("Customer", "string", "Customer whose collector it is."),
    Column("Version", "string", "Version of the collector."),
    # Of a collector, every five minutes.
    Column("Sources", "int", "How many sources are watched."),
    Column("InTrouble", "int", "How many of them are not healthy."),
    Column("BehindSeconds", "real", "How far the collector is behind the hub."),
    Column("DamagedRows", "int", "Rows of heartbeats that cannot be read."),
    Column(
        "CanarySent", "datetime", "When the canary was sent that came out last, of the slowest hub partition."
    ),
    Column("CanaryEnqueued", "datetime", "When the hub took it."),
    Column(
        "CanaryProcessed",
        "datetime",
        "When the collector had counted it; TimeGenerated is when that was sent on.",
    ),
    # Of a source, every hour, and of an episode.
    Column("Source", "string", "Telemetry source: vendor.product.stream.", 120),
    Column("SourceTenantId", "string", "Tenant that the telemetry is about.", 512),
    Column("Category", "string", "Category of the source.", 512),
    Column(
        "Dimension",
        "string",
        "Subscription, application, resource or account, where it is watched by one.",
        1_024,
    ),
    Column("State", "string", "healthy, or the gravest finding that stands."),
    Column("StateSince", "datetime", "Since when."),
    Column("FirstSeen", "datetime", "When the hub took its first record."),
    Column("LastSeen", "datetime", "When the hub took its newest record."),
    Column("LastEvent", "datetime", "When its newest record happened."),
    Column("RecordsDay", "long", "Records of the last 24 hours."),
    Column("LagSeconds", "real", "From the newest record's time to its arrival."),
    Column("AllowedGapSeconds", "long", "How long it may be silent now."),
    Column("Reporters", "int", "About how many resources wrote it in the last hours."),
    # Of an episode, once an hour while it lasts and once when it is over. The newest row of an EpisodeId holds.
    Column("EpisodeId", "string", "The same for all rows of an episode."),
    Column(
        "Finding",
        "string",
        "What was wrong: silent, low, high, late, skewed, malformed, thin, changed, never_seen.",
    ),
    Column("Begun", "datetime", "When it began."),
    Column("Ended", "datetime", "When it ended; nothing while it lasts."),
    Column("Why", "string", "What was found, in a sentence.", 1_000),
    Column("Mute", "string", "Why nobody was told; nothing where somebody was."),
)
BY_NAME: Final = {column.name: column for column in COLUMNS}
