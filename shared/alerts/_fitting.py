"""Brings a row that is too large under the limits of Log Analytics, by rule; called where an alert is stored.

Evidence is cut first, then prose, then other long values. The columns that say who, what, when and which alert are cut
last, and only if nothing else is left to cut. CutFields names what was cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson

from shared.alerts.alert_columns import BY_NAME, MAX_FIELD_BYTES
from shared.alerts.text import shortened

MAX_ROW_BYTES: Final = 900_000
"""Bytes of a row as JSON: under the 1 MB of a call to the service and, in the outbox, under the 1 MiB of an
entity.
"""

SHED_FIRST: Final = (
    "Evidence",
    "AdditionalFields",
    "Runbook",
    "RemediationSteps",
    "AttackRemediationSteps",
    "Tags",
    "RecordsQuery",
    "EventMessage",
    "RuleDescription",
)
"""What gives way first when a whole row is too large, in this order."""

IDENTITY: Final = frozenset(
    {
        "EventUid",
        "RuleName",
        "AlertName",
        "EventStartTime",
        "EventEndTime",
        "TimeGenerated",
        "Username",
        "UserId",
        "AccountName",
        "AccountUpnPrefix",
        "AccountUpnSuffix",
        "AccountObjectId",
        "SrcIpAddr",
        "TargetUsername",
        "TargetUserId",
        "TargetName",
        "TargetId",
        "ResourceId",
        "SubscriptionId",
        "SourceTenantId",
        "AppId",
        "AppName",
        "SessionId",
        "CorrelationId",
        "Source",
        "Operation",
        "Customer",
    }
)
"""What says who, what, when and which alert: cut last."""

_SHED_TO: Final = 1_000
_OTHER_COLUMNS_CUT_TO: Final = 4_000
_LEFT_OUT: Final = "…"


def fit(row: Mapping[str, object]) -> dict[str, object]:
    """The row with every column within its limit and at most MAX_ROW_BYTES of JSON.

    Needs a row of `to_row`: JSON values only, no lone surrogates.
    """
    fitted = dict(row)
    cut: set[str] = set(str(row.get("CutFields", "")).split(", ")) - {""}
    for name in row:
        column = BY_NAME.get(name)
        _shorten(fitted, name, column.limit if column is not None else MAX_FIELD_BYTES, cut)
    if _size(fitted) > MAX_ROW_BYTES:
        others = sorted(name for name in row if name not in SHED_FIRST and name not in IDENTITY)
        plan = [(name, _SHED_TO) for name in SHED_FIRST if name in row]
        plan += [(name, _OTHER_COLUMNS_CUT_TO) for name in (*others, *sorted(IDENTITY & row.keys()))]
        for name, limit in plan:
            _shorten(fitted, name, limit, cut)
            if _size(fitted) <= MAX_ROW_BYTES - 2_000:
                break
    if cut:
        fitted["CutFields"] = ", ".join(sorted(cut))
    return fitted


def _shorten(row: dict[str, object], name: str, limit: int, cut: set[str]) -> None:
    value = row[name]
    smaller = shortened(value, limit) if isinstance(value, str) else within(value, limit)
    if smaller is not value:
        row[name] = smaller
        cut.add(name)


def within(value: object, budget: int) -> object:
    """`value` in at most `budget` bytes of JSON (at least 64); the same object where it already fits.

    A container keeps its shape: long values inside are cut, and what then finds no room is left out and
    counted under the key or in the last item.
    """
    if _size(value) <= budget:
        return value
    if isinstance(value, str):
        return _text_within(value, budget)
    if isinstance(value, Mapping):
        return _mapping_within(value, budget)
    if isinstance(value, list | tuple):
        return _list_within(list(value), budget)
    return _LEFT_OUT


def _text_within(text: str, budget: int) -> str:
    shorter = shortened(text, max(budget - 2, 3))
    while _size(shorter) > budget:
        shorter = shortened(shorter, max(len(shorter.encode()) // 2, 3))
    return shorter


def _share(budget: int, items: int) -> int:
    """What one item may take: an equal part where there are few, an eighth where there are many."""
    return max(budget // max(min(items, 8), 1) - 16, 24)


def _mapping_within(value: Mapping[str, object], budget: int) -> dict[str, object]:
    kept: dict[str, object] = {}
    room = budget - 40
    left_out = 0
    share = _share(budget, len(value))
    for key, item in value.items():
        short_key = _text_within(key, 200)
        smaller = within(item, share)
        needed = _size(smaller) + _size(short_key) + 2
        if needed > room or short_key in kept:
            left_out += 1
        else:
            kept[short_key] = smaller
            room -= needed
    if left_out:
        kept[_LEFT_OUT] = f"{left_out} more"
    return kept


def _list_within(value: list[object], budget: int) -> list[object]:
    kept: list[object] = []
    room = budget - 40
    share = _share(budget, len(value))
    for item in value:
        smaller = within(item, share)
        needed = _size(smaller) + 1
        if needed > room:
            break
        kept.append(smaller)
        room -= needed
    if len(kept) < len(value):
        kept.append(f"{_LEFT_OUT} {len(value) - len(kept)} more")
    return kept


def _size(value: object) -> int:
    return len(orjson.dumps(value))
