"""The table of docs/cost.md: what some sizes cost, for each profile; made by `make docs`."""

from __future__ import annotations

from typing import Final

from cli.costing.figures import ProfileName, assumptions, measured, prices, region_of, size_of
from cli.costing.model import cost

REGION: Final = "westeurope"
SIZES: Final = (1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
_PROFILES: Final[tuple[ProfileName, ...]] = ("a", "b", "c")


def table() -> str:
    """Records a day, instances, units, operations, ingestion and money, as Markdown."""
    list_, bench, assumed = prices(), measured(), assumptions()
    found = region_of(list_, REGION)
    rows = [
        "| records a day | profile | instances | Event Hubs | storage operations a day | ingestion a day "
        f"| {list_.currency} a month |",
        "| ---: | --- | ---: | --- | ---: | ---: | ---: |",
    ]
    for records in SIZES:
        for profile in _PROFILES:
            one = cost(records, profile, size_of(profile), found, bench, assumed)
            rows.append(
                f"| {records:,} | {profile.upper()} | {one.instances} | {one.units} {one.sku} "
                f"| {_rounded(one.storage_operations_a_day)} | {one.ingestion_gb_a_day * 1000:,.0f} MB "
                f"| {_rounded(one.price)} |"
            )
    told = (
        f"Prices of {REGION} as assumed on {list_.as_of}; measured on {bench.as_of} with {bench.detectors} detectors, "
        f"Python {bench.python}: {bench.records_per_second:,.0f} records a second on one core, "
        f"{bench.storage_operations_per_1000:g} table operations for 1,000 records."
    )
    return "\n".join([told, "", *rows])


def _rounded(value: float) -> str:
    """To two digits that count: more would look exact."""
    digits = max(len(str(int(value))) - 2, 0)
    return f"{round(value, -digits):,.0f}"
