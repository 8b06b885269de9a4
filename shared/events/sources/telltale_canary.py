"""The collector's own canary: sent through each hub partition by a timer, to see that what is sent also comes out.

Made by `shared.upkeep.canary`; it comes out as a heartbeat row like any other telemetry, and its time is that of its
sending.
`shared.upkeep.canary` says when it does not come out, by partition, so that it has no usual gap as a source.
"""

from __future__ import annotations

from shared.events.source_definition import Constant, Field, Source

CATEGORY = "TelltaleCanary"

telltale_canary = Source(
    id="telltale.canary",
    title="The collector's own canary",
    categories=(CATEGORY,),
    fields={
        "operation": Field("operationName"),
        "event_result": Constant("Success"),
        "record_id": Field("canary"),
        "target_name": Field("hub"),
        "target_id": Field("partition"),
    },
    data_components=("Application Log Content",),
)
