"""Azure network flows: of network security groups (version 2) and virtual networks (version 4).

One record packs many flows as comma-separated tuples; each becomes an event of its own, below `flow`. Fields:
learn.microsoft.com, NSG flow logs overview and virtual network flow logs. Flow logs are written to storage; they
arrive here when a forwarder wraps them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any, Final

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import Record, walk
from shared.events.results import result_word
from shared.events.source_definition import Field, Load, Source, merged

_GROUP: Final = (
    "time",
    "src",
    "dst",
    "srcPort",
    "dstPort",
    "protocol",
    "direction",
    "decision",
    "state",
    "packetsSent",
    "bytesSent",
    "packetsReceived",
    "bytesReceived",
)
_NETWORK: Final = (
    "time",
    "src",
    "dst",
    "srcPort",
    "dstPort",
    "protocol",
    "direction",
    "state",
    "encryption",
    "packetsSent",
    "bytesSent",
    "packetsReceived",
    "bytesReceived",
)
_PROTOCOLS: Final = {
    "T": "TCP",
    "U": "UDP",
    "6": "TCP",
    "17": "UDP",
    "1": "ICMP",
    "58": "ICMPv6",
    "47": "GRE",
    "50": "ESP",
}
_DIRECTIONS: Final = {"I": "Inbound", "O": "Outbound"}
_STATES: Final = {"B": "FlowBegin", "C": "FlowContinue", "E": "FlowEnd", "D": "FlowDeny"}


def flows_of(record: Record) -> Iterator[Load]:
    """What makes a record for each flow tuple: the outer record without its tuples, and the flow's parts below `flow`.

    A record without tuples is given as it is; a tuple that cannot be read is given as its text alone. Nothing is made
    before it is asked for: a hub message holds thousands of tuples, and each comes to forty times its size.
    """
    outer = {
        name: value for name, value in record.items() if name.lower() not in ("properties", "flowrecords")
    }
    found = False
    for flow, group, texts in _groups(walk(record, ("properties", "flows")), "flows"):
        make = partial(_flow, outer, {"rule": flow.get("rule"), "mac": group.get("mac")}, _GROUP)
        for text in texts:
            if isinstance(text, str):
                found = True
                yield partial(make, text)
    for flow, group, texts in _groups(walk(record, ("flowRecords", "flows")), "flowGroups"):
        make = partial(_flow, outer, {"rule": group.get("rule"), "aclID": flow.get("aclID")}, _NETWORK)
        for text in texts:
            if isinstance(text, str):
                found = True
                yield partial(make, text)
    if not found:
        yield lambda: record


def _groups(flows: Any, name: str) -> Iterator[tuple[Record, Record, list[Any]]]:
    """Every group of tuples, with the flow that holds it."""
    for flow in flows if isinstance(flows, list) else ():
        inner = flow.get(name) if isinstance(flow, dict) else None
        for group in inner if isinstance(inner, list) else ():
            texts = group.get("flowTuples") if isinstance(group, dict) else None
            if isinstance(texts, list):
                yield flow, group, texts


def _flow(outer: Record, group: Record, names: tuple[str, ...], text: str) -> Record:
    parts = text.split(",")
    if len(parts) < 8 or not parts[0].strip().isdecimal():
        return {**outer, "flow": {**group, "unreadable": text}}
    flow: Record = {name: part for name, part in zip(names, parts, strict=False) if part}
    flow["protocol"] = _PROTOCOLS.get(flow.get("protocol", ""), flow.get("protocol"))
    flow["direction"] = _DIRECTIONS.get(flow.get("direction", ""), flow.get("direction"))
    denied = flow.get("decision") == "D" or flow.get("state") == "D"
    flow["operation"] = "FlowDeny" if denied else _STATES.get(flow.get("state", ""), "Flow")
    flow["result"] = "Failure" if denied else "Success"
    return {**outer, "flow": {**group, **flow}}


azure_flow = Source(
    id="azure.flow",
    title="Azure network flows",
    categories=("NetworkSecurityGroupFlowEvent", "FlowLogFlowEvent"),
    times=("flow.time", *TIMES),
    expand=flows_of,
    fields=merged(
        BASE,
        {
            "operation": Field("flow.operation", "operationName"),
            "event_result": Field("flow.result", normalise=result_word),
            "event_result_details": Field("flow.state", "flow.decision"),
            "src_ip_addr": Field("flow.src", normalise=address),
            "src_port": Field("flow.srcPort"),
            "dst_ip_addr": Field("flow.dst", normalise=address),
            "dst_port": Field("flow.dstPort"),
            "network_protocol": Field("flow.protocol"),
            "network_direction": Field("flow.direction"),
            "network_bytes": Field("flow.bytesSent"),
            "event_count": Field("flow.packetsSent"),
            "rule_name": Field("flow.rule"),
            "dvc_hostname": Field("flow.mac", "macAddress"),
            "target_name": Field("targetResourceID", "flow.aclID", "resourceId"),
        },
    ),
    data_components=("Network Traffic Flow", "Network Connection Creation"),
    log_sources=("azure:vpcflow", "NSM:Flow"),
    usual_gap=timedelta(minutes=10),
)
