"""`telltale cost`: what so many records a day need and cost, for one of the three profiles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from cli.costing.figures import (
    Measured,
    Prices,
    ProfileName,
    assumptions,
    measured,
    prices,
    region_of,
    size_of,
)
from cli.costing.model import Cost
from cli.costing.model import cost as modelled
from cli.declared import AsJson
from cli.terminal import Terminal, flush, note, plain, write_json
from shared.base.errors import TelltaleError

_RECORDS = typer.Option("--records-per-day", metavar="N", help="Records, not messages: a message holds many.")
_PROFILE = typer.Option("--profile", metavar="a|b|c", help="Which parameters are deployed.")
_REGION = typer.Option("--region", metavar="NAME", help="Whose prices; the project knows a few.")
_PRICES = typer.Option("--prices", metavar="FILE", help="Prices of your own, laid over those of the project.")
_PEAK = typer.Option("--peak", metavar="FACTOR", help="The busiest hour beside the average one.")
_MOST: int = 10**13


def cost(
    records_per_day: Annotated[int, _RECORDS],
    profile: Annotated[str, _PROFILE] = "a",
    region: Annotated[str, _REGION] = "westeurope",
    prices_file: Annotated[Path | None, _PRICES] = None,
    peak: Annotated[float | None, _PEAK] = None,
    as_json: AsJson = False,
) -> None:
    """Model what a number of records a day needs and costs: instances, units, operations, ingestion, money."""
    if not 1 <= records_per_day <= _MOST:
        raise TelltaleError(f"--records-per-day {records_per_day}: must be from 1 to {_MOST:,}")
    if peak is not None and not 1 <= peak <= 100:
        raise TelltaleError(f"--peak {peak:g}: must be from 1 to 100; 1 is the same traffic in every hour")
    chosen = _profile(profile)
    list_ = prices(prices_file)
    assumed = assumptions()
    if peak is not None:
        assumed = assumed.model_copy(update={"peak": peak})
    bench = measured()
    found = modelled(records_per_day, chosen, size_of(chosen), region_of(list_, region), bench, assumed)
    if as_json:
        write_json(_values(found, records_per_day, chosen, region, list_, bench))
        flush()
        return
    Terminal().print(_table(found, list_.currency))
    note(
        f"{found.records_a_second:,.0f} records a second at the peak: {found.instances} instances, "
        f"{found.units} units of Event Hubs {found.sku}"
    )
    for line in found.notes:
        note(line)
    note(
        f"prices are an assumption of {list_.as_of}, figures of the bench are of {bench.as_of}: docs/cost.md"
    )


def _profile(name: str) -> ProfileName:
    match name.lower():
        case "a":
            return "a"
        case "b":
            return "b"
        case "c":
            return "c"
    raise TelltaleError(f"--profile {name}: unknown profile; choose a, b or c")


def _values(
    found: Cost, records: int, profile: str, region: str, list_: Prices, bench: Measured
) -> dict[str, object]:
    return {
        "records_per_day": records,
        "profile": profile,
        "region": region,
        "records_per_second_peak": round(found.records_a_second, 1),
        "instances": found.instances,
        "sku": found.sku,
        "throughput_units": found.units,
        "storage_operations_per_day": found.storage_operations_a_day,
        "ingestion_gb_per_day": round(found.ingestion_gb_a_day, 6),
        "price_per_month": round(found.price, 2),
        "currency": list_.currency,
        "prices_as_of": list_.as_of,
        "measured_as_of": bench.as_of,
        "items": [
            {
                "name": i.name,
                "quantity_per_month": round(i.quantity, 3),
                "unit": i.unit,
                "price": round(i.price, 2),
            }
            for i in found.items
        ],
        "notes": list(found.notes),
    }


def _table(found: Cost, currency: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("A month")
    table.add_column("Quantity", justify="right")
    table.add_column(plain(currency), justify="right")
    for item in found.items:
        quantity = (
            f"{item.quantity:,.2f}" if item.quantity < 100 and item.unit == "GB" else f"{item.quantity:,.0f}"
        )
        table.add_row(plain(item.name), plain(f"{quantity} {item.unit}".strip()), f"{item.price:,.2f}")
    table.add_section()
    table.add_row("Together", "", f"{found.price:,.2f}", style="bold")
    return table
