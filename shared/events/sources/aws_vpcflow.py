"""AWS VPC flow logs: one line of text for each flow, or JSON with the same names.

Lines are read by `shared.events.reading._textlines`. Fields: docs.aws.amazon.com, VPC flow log records.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import address
from shared.events.paths import Record, as_text
from shared.events.results import result_word
from shared.events.source_definition import Field, HeadPaths, Source

_PROTOCOLS = {"6": "TCP", "17": "UDP", "1": "ICMP", "58": "ICMPv6", "47": "GRE", "50": "ESP"}


_LINE = frozenset({"srcaddr", "dstaddr", "interface_id", "account_id"})
"""The keys that every line of text has; looked for first, because a hub message holds thousands of lines."""

_ANY_OF = frozenset(
    {"version", "accountid", "interfaceid", "vpcid", "flowdirection", "logstatus", "action", "protocol"}
)


def _is_flow(record: Record) -> bool:
    if record.keys() >= _LINE:
        return True
    names = {name.lower().replace("_", "").replace("-", "") for name in record if len(name) < 20}
    return {"srcaddr", "dstaddr"} <= names and bool(_ANY_OF & names)


def _protocol(value: Any) -> str | None:
    text = as_text(value)
    return _PROTOCOLS.get(text, text) if text else None


aws_vpcflow = Source(
    id="aws.vpcflow",
    title="AWS VPC flow logs",
    recognise=_is_flow,
    recognising_keys=("srcaddr", "srcAddr"),
    times=("start", "startTime", "end", "timestamp", "time"),
    head=HeadPaths(time="start", category="action", operation="action", tenant="account_id"),
    fields={
        "operation": Field("action", "log_status", "log-status", "logStatus", "flowDirection", "status"),
        "event_result": Field("action", normalise=result_word),
        "event_result_details": Field("log_status", "log-status", "logStatus", "status"),
        "src_ip_addr": Field("srcaddr", "src_addr", "pkt_srcaddr", normalise=address),
        "src_port": Field("srcport", "src_port"),
        "dst_ip_addr": Field("dstaddr", "dst_addr", normalise=address),
        "dst_port": Field("dstport", "dst_port"),
        "network_protocol": Field("protocol", normalise=_protocol),
        "network_direction": Field("flow_direction", "flowDirection"),
        "network_bytes": Field("bytes"),
        "event_count": Field("packets"),
        "account_id": Field("account_id", "account-id", "accountId"),
        "tenant_id": Field("account_id", "account-id", "accountId"),
        "target_name": Field("interface_id", "interface-id", "interfaceId", "dstaddr"),
        "target_id": Field("instance_id", "instanceId", "interface_id"),
        "namespace": Field("vpc_id", "vpcId"),
        "region": Field("region"),
    },
    data_components=("Network Traffic Flow", "Network Connection Creation"),
    log_sources=("AWS:VPCFlowLogs",),
    usual_gap=timedelta(minutes=15),
)
