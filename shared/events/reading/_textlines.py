"""Telemetry that arrives as lines of text, turned into records.

A line format is declared here with the field names its vendor gives it; its source then reads it like any record.
"""

from __future__ import annotations

import re

from shared.events.paths import Record

_VPC_FLOW = (
    "version",
    "account_id",
    "interface_id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log_status",
)
"""docs.aws.amazon.com: VPC flow log records, the default format (version 2)."""

_VPC_START = re.compile(r"[2-9] (?:\d{12}|unknown) eni-[0-9a-f]+ ")


def read_text_line(line: str) -> Record | None:
    """The record that a line of a known text format holds, or None."""
    line = line.strip()
    if _VPC_START.match(line):
        parts = line.split()
        if len(parts) >= len(_VPC_FLOW):
            return dict(zip(_VPC_FLOW, parts, strict=False))
    return None
