"""Azure network flows: of network security groups (version 2) and virtual networks (version 4).

One record packs many flows as comma-separated tuples; each becomes an event of its own, below `flow`. Fields:
learn.microsoft.com, NSG flow logs overview and virtual network flow logs. Flow logs are written to storage; they
arrive here when a forwarder wraps them again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import Record, walk
from shared.events.results import result_word
from shared.events.source import Field, Source, merged

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


def flows_of(record: Record) -> Iterator[Record]:
    """One record for each flow tuple: the outer record without its tuples, and the flow's parts below `flow`.

    A record without tuples is given as it is; a tuple that cannot be read is given as its text alone.
    """
    outer = {
        name: value for name, value in record.items() if name.lower() not in ("properties", "flowrecords")
    }
    version_2 = walk(record, ("properties", "flows"))
    found = False
    if isinstance(version_2, list):
        for rule, group, text in _tuples(version_2, "flows", "rule"):
            found = True
            yield {**outer, "flow": _flow(text, _GROUP, {"rule": rule, "mac": group.get("mac")})}
    version_4 = walk(record, ("flowRecords", "flows"))
    if isinstance(version_4, list):
        for acl, group, text in _tuples(version_4, "flowGroups", "aclID"):
            found = True
            yield {**outer, "flow": _flow(text, _NETWORK, {"rule": group.get("rule"), "aclID": acl})}
    if not found:
        yield record


def _tuples(flows: list[Any], groups: str, name: str) -> Iterator[tuple[Any, Record, str]]:
    for flow in flows:
        inner = flow.get(groups) if isinstance(flow, dict) else None
        for group in inner if isinstance(inner, list) else ():
            texts = group.get("flowTuples") if isinstance(group, dict) else None
            for text in texts if isinstance(texts, list) else ():
                if isinstance(text, str):
                    yield flow.get(name), group, text


def _flow(text: str, names: tuple[str, ...], flow: Record) -> Record:
    """`flow` with the parts of a tuple in it. A hub message holds thousands of them, so that every step counts."""
    parts = text.rstrip(",").split(",")
    if len(parts) < 8 or not parts[0].strip().isdecimal():
        flow["unreadable"] = text
        return flow
    if "" in parts:
        flow.update((name, part) for name, part in zip(names, parts, strict=False) if part)
    else:
        flow.update(zip(names, parts, strict=False))
    protocol, direction, state = flow.get("protocol", ""), flow.get("direction", ""), flow.get("state", "")
    flow["protocol"] = _PROTOCOLS.get(protocol, protocol or None)
    flow["direction"] = _DIRECTIONS.get(direction, direction or None)
    if state == "D" or flow.get("decision") == "D":
        flow["operation"], flow["result"] = "FlowDeny", "Failure"
    else:
        flow["operation"], flow["result"] = _STATES.get(state, "Flow"), "Success"
    return flow


def _is_flow(record: Record) -> bool:
    return isinstance(walk(record, ("flowRecords", "flows")), list)


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
    usual_gap=timedelta(minutes=10),
)
