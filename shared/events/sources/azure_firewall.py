"""Azure Firewall: rules that hit, threat intelligence, intrusion detection, DNS.

The structured logs (AZFW...) have a column for everything; the older ones (AzureFirewall...) tell it in the free
text of `properties.msg`. Fields: learn.microsoft.com, Azure Firewall monitoring data reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import as_text
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

_LONGEST: Final = 4096
_FROM_TO = re.compile(
    r"(?:(?P<protocol>[A-Z][A-Za-z0-9]{1,9})[^.]{0,40}? request )?"
    r"from (?P<src>[0-9A-Fa-f.:]{3,45}?)(?::(?P<srcport>\d{1,5}))?"
    r" to (?P<dst>[^\s,]{1,253}?)(?::(?P<dstport>\d{1,5}))?\.?(?=[\s,]|$)"
)
_ACTION = re.compile(r"Action: (\w{1,20})")
_RULE = re.compile(r"Rule: ([^.,]{1,120})")
_DNS = re.compile(r"DNS Request: ([0-9A-Fa-f.:]{3,45}):(\d{1,5})")


def _in_message(name: str) -> Callable[[Any], str | None]:
    """What the free text says about `name`: `TCP request from 10.0.0.4:50000 to 192.0.2.1:443. Action: Deny`."""

    def read(value: Any) -> str | None:
        text = as_text(value)
        if text is None:
            return None
        text = text[:_LONGEST]
        if name == "action":
            match = _ACTION.search(text)
            return result_word(match.group(1)) if match else None
        if name == "rule":
            match = _RULE.search(text)
            return match.group(1).strip() if match else None
        match = _FROM_TO.search(text)
        if match:
            return match.group(name)
        match = _DNS.search(text)
        return {"src": match.group(1), "srcport": match.group(2)}.get(name) if match else None

    return read


def _either(name: str, normalise: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    """A column as it is; a free text for what it says about `name`."""
    read = _in_message(name)
    return lambda value: read(value) if isinstance(value, str) and " " in value else normalise(value)


azure_firewall = Source(
    id="azure.firewall",
    title="Azure Firewall",
    categories=(
        "AZFWNetworkRule",
        "AZFWApplicationRule",
        "AZFWNatRule",
        "AZFWThreatIntel",
        "AZFWIdpsSignature",
        "AZFWDnsQuery",
        "AZFWFqdnResolveFailure",
        "AZFWInternalFqdnResolutionFailure",
        "AZFWFatFlow",
        "AZFWFlowTrace",
        "AZFWNetworkRuleAggregation",
        "AZFWApplicationRuleAggregation",
        "AZFWNatRuleAggregation",
        "AzureFirewallNetworkRule",
        "AzureFirewallApplicationRule",
        "AzureFirewallDnsProxy",
        "AzureFirewallThreatIntelLog",
    ),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("operationName", "category"),
            "event_result": Field(
                "properties.Action", "properties.msg", normalise=_either("action", result_word)
            ),
            "event_result_details": Field(
                "properties.ActionReason", "properties.ThreatDescription", "properties.msg"
            ),
            "src_ip_addr": Field("properties.SourceIp", "properties.msg", normalise=_either("src", address)),
            "src_port": Field(
                "properties.SourcePort", "properties.msg", normalise=_either("srcport", as_text)
            ),
            "dst_ip_addr": Field(
                "properties.DestinationIp", "properties.msg", normalise=_either("dst", address)
            ),
            "dst_port": Field(
                "properties.DestinationPort", "properties.msg", normalise=_either("dstport", as_text)
            ),
            "dst_hostname": Field("properties.Fqdn", "properties.QueryName"),
            "network_protocol": Field(
                "properties.Protocol", "properties.msg", normalise=_either("protocol", as_text)
            ),
            "rule_name": Field(
                "properties.Rule",
                "properties.SignatureId",
                "properties.msg",
                normalise=_either("rule", as_text),
            ),
            "url": Field("properties.TargetUrl", "properties.Url"),
            "target_name": Field(
                "properties.Fqdn", "properties.TargetUrl", "properties.QueryName", "properties.DestinationIp"
            ),
            "message": Field("properties.msg", "properties.Description", "properties.ThreatDescription"),
        },
    ),
    data_components=("Network Traffic Flow", "Network Traffic Content", "Network Connection Creation"),
    log_sources=("NSM:Flow", "NSM:Connections"),
    usual_gap=timedelta(minutes=10),
)
