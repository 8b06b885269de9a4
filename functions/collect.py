"""Receives what the hub delivers.

The host moves the checkpoint on whether this function succeeds or fails; only a retry policy holds it back.
So it raises only when nothing could be kept, and is then tried again without end while the partition waits.
Source: Microsoft Learn, "Azure Functions error handling and retries", Event Hubs.
"""

import typing

import azure.functions as func

from functions.composition import collector
from functions.hub_batch import batch_of

blueprint = func.Blueprint()


@blueprint.function_name("collect")
@blueprint.event_hub_message_trigger(
    arg_name="events",
    connection="TelltaleHub",
    event_hub_name="%TELLTALE_HUB_NAME%",
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
    collector().collect(batch_of(events))
