"""Receives what the hubs deliver: `collect` from the hub that takes everything, and a function for each hub that
a class of telemetry has to itself.

A class gets its function where its setting names a hub, so that identity telemetry is read on instances of its
own and does not wait behind a flood of network logs. The host moves the checkpoint on whether a function succeeds
or fails; only a retry policy holds it back. So it raises only when nothing could be kept, and is then tried again
without end while the partition waits.
Source: Microsoft Learn, "Azure Functions error handling and retries", Event Hubs.
"""

import os
import typing

import azure.functions as func

from functions.composition import collector
from functions.hub_batch import batch_of

blueprint = func.Blueprint()

HUBS = {
    "collect": "TELLTALE_HUB_NAME",
    "collect_identity": "TELLTALE_HUB_IDENTITY",
    "collect_application": "TELLTALE_HUB_APPLICATION",
    "collect_network": "TELLTALE_HUB_NETWORK",
}


def _register(name: str, setting: str) -> None:
    @blueprint.function_name(name)
    @blueprint.event_hub_message_trigger(
        arg_name="events",
        connection="TelltaleHub",
        event_hub_name=f"%{setting}%",
        consumer_group="%TELLTALE_CONSUMER_GROUP%",
        cardinality=func.Cardinality.MANY,
        data_type=func.DataType.BINARY,  # any other type fails on the first body that is not JSON
    )
    @blueprint.retry(
        strategy="exponential_backoff",
        max_retry_count="-1",
        minimum_interval="00:00:01",
        maximum_interval="00:05:00",
    )
    # The worker refuses list[...] here, and with it every function of the app.
    def collect(events: typing.List[func.EventHubEvent]) -> None:  # noqa: UP006 - see the line above
        """Run one batch of one hub partition through the collector."""
        collector().collect(batch_of(events, hub=os.environ.get(setting, "")))


for function, hub_setting in HUBS.items():
    if function == "collect" or os.environ.get(hub_setting):
        _register(function, hub_setting)
