"""The words of the detectors of flow logs."""

from typing import Any

from shared.detection import PRIVATE_NETWORKS, inside, select
from shared.events import aws_vpcflow, azure_flow
from shared.events.source_definition import Selection


def between_machines(**conditions: Any) -> list[Selection]:
    """Flows from one private address to another."""
    within = inside(*PRIVATE_NETWORKS)
    return select([azure_flow, aws_vpcflow], src_ip_addr=within, dst_ip_addr=within, **conditions)
