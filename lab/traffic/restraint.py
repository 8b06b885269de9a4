"""Keeps ordinary mistakes ordinary: no person and no address fails so often that it looks like an attack.

Called by the hour for every ordinary record before it is sent. A record that would be one failure too many is
drawn again. Limits are per ten minutes and stand well under what a detector would call a burst.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

import orjson

from lab.traffic.records.shape import Record

WINDOW: Final = timedelta(minutes=10)
_FAILURES: Final = 3
_MISSING_PAGES: Final = 5


def failures(record: Record) -> list[tuple[str, int]]:
    """Who failed, with how many failures each may have in ten minutes; empty if the record is no failure."""
    category = record.get("category", "")
    if category.endswith("SignInLogs"):
        properties = record["properties"]
        who = properties["userPrincipalName"] or properties["servicePrincipalName"]
        failed = record["resultType"] != "0"
        counted = [(who, _FAILURES), (properties["ipAddress"], _FAILURES)]
    elif category == "AppServiceHTTPLogs":
        properties = record["properties"]
        request = orjson.loads(properties) if isinstance(properties, str) else properties
        failed = int(request["ScStatus"]) >= 400
        counted = [(f"http {request['CIp']}", _MISSING_PAGES)]
    elif category == "AuditEvent":
        failed = record["properties"]["httpStatusCode"] >= 400
        counted = [(f"vault {record['callerIpAddress']}", _FAILURES)]
    elif category == "StorageRead":
        failed = record["statusCode"] >= 400
        counted = [(f"blob {record['callerIpAddress'].partition(':')[0]}", _MISSING_PAGES)]
    elif "schema" in record:
        failed = record["result"] != "Success"
        counted = [(record["actor_username"], _FAILURES), (record["src_ip_addr"], _FAILURES)]
    elif "errorCode" in record:
        failed = True
        counted = [(record["userIdentity"]["arn"], _FAILURES)]
    else:
        return []
    return counted if failed else []


class Restraint:
    """Remembers the failures of the last ten minutes. Records must come in order of time."""

    def __init__(self) -> None:
        self._recent: dict[str, deque[datetime]] = {}

    def admits(self, time: datetime, record: Record) -> bool:
        """Whether this record may be sent; if it may, its failures are counted."""
        failed = failures(record)
        for who, limit in failed:
            recent = self._recent.setdefault(who, deque())
            while recent and recent[0] <= time - WINDOW:
                recent.popleft()
            if len(recent) >= limit:
                return False
        for who, _ in failed:
            self._recent[who].append(time)
        return True
