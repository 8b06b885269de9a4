"""From records a day to instances, throughput units, storage operations, ingestion and money; pure.

Every quantity grows with the number of records, or stays. Sources of the limits: "Event Hubs quotas and limits",
"Scaling with Event Hubs" (a throughput unit takes 1 MB or 1,000 events a second; Standard has at most 40; a
processing unit of Premium takes 5 to 10 MB a second, at most 16 a namespace) and "Flex Consumption plan" on Microsoft
Learn.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

from cli.costing.figures import Assumptions, Measured, ProfileName, RegionPrices, Size

DAY_SECONDS: Final = 86_400
MONTH_DAYS: Final = 30.4
MONTH_HOURS: Final = 730
UNIT_BYTES: Final = 1_000_000
UNIT_MESSAGES: Final = 1_000
STANDARD_UNITS: Final = 40
PROCESSING_UNIT_BYTES: Final = 5_000_000
PROCESSING_UNITS: Final = (1, 2, 4, 8, 16)
INGRESS_BYTES: Final = 64_000


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the bill: so much of something, and its price a month."""

    name: str
    quantity: float
    unit: str
    price: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What a collector needs and costs. `notes`: what the profile as it stands does not hold."""

    records_a_second: float
    instances: int
    sku: str
    units: int
    storage_operations_a_day: int
    ingestion_gb_a_day: float
    items: tuple[Item, ...]
    notes: tuple[str, ...]

    @property
    def price(self) -> float:
        """Of a month."""
        return sum(item.price for item in self.items)


@dataclass(frozen=True, slots=True)
class Load:
    """What the processing of one hub takes a day, and how many instances in the busiest hour."""

    batches: float
    active_seconds: float
    instances: int
    wanted: int


def cost(
    records: int,
    profile: ProfileName,
    size: Size,
    prices: RegionPrices,
    measured: Measured,
    assumed: Assumptions,
) -> Cost:
    """The cost of `records` a day for a customer of a profile."""
    shape = assumed.profiles[profile]
    messages = records / measured.records_per_message
    shares = {name: float(getattr(shape.shares, name)) for name in size.hubs if name != "telemetry"}
    shares["telemetry"] = 1 - sum(shares.values())
    loads = {hub: hub_load(records * share, size, measured, assumed) for hub, share in shares.items()}
    peak = records / DAY_SECONDS * assumed.peak
    sku, units = throughput(
        peak * measured.bytes_per_record, peak / measured.records_per_message, least=size.units, size=size
    )
    batches = sum(load.batches for load in loads.values())
    active = sum(load.active_seconds for load in loads.values())
    timers = assumed.timer_runs_a_day
    executions = batches + timers
    gigabyte_seconds = (
        active + timers * max(assumed.timer_seconds, assumed.least_billed_seconds)
    ) * size.memory_gb
    tables = (
        max(records * measured.storage_operations_per_1000 / 1000, batches)
        + timers * assumed.timer_operations
    )
    blobs = batches + len(size.hubs) * size.partitions * assumed.host_operations_a_partition
    alerts = records / 1e6 * assumed.alerts_a_million_records
    health = assumed.health_rows_a_day + shape.sources * assumed.source_rows_a_day
    ingestion = (alerts * assumed.alert_bytes + health * assumed.health_bytes) / 1e9
    instances = sum(load.instances for load in loads.values())
    logged = min(executions, instances * assumed.logged_a_second * DAY_SECONDS) * assumed.log_bytes / 1e9
    ingress = messages * ceil(measured.bytes_per_record * measured.records_per_message / INGRESS_BYTES)
    hour = prices.processing_unit_hour if sku == "Premium" else prices.throughput_unit_hour
    items = (
        Item(f"Event Hubs {sku}, units", units, "units", units * hour * MONTH_HOURS),
        _metered("Event Hubs, messages", ingress, 1e6, 0 if sku == "Premium" else prices.ingress_million),
        _metered(
            "Functions, time", gigabyte_seconds, 1, prices.execution_gb_second, prices.free_gb_seconds, "GB s"
        ),
        _metered("Functions, executions", executions, 1e6, prices.execution_million, prices.free_executions),
        _metered("Storage, table operations", tables, 1e4, prices.table_operations_10k),
        _metered("Storage, blob operations of the host", blobs, 1e4, prices.blob_writes_10k),
        _metered("Sentinel, alerts and health", ingestion, 1, prices.ingestion_gb, unit="GB"),
        _metered("Application Insights", logged, 1, prices.app_log_gb, unit="GB"),
    )
    return Cost(
        records_a_second=peak,
        instances=instances,
        sku=sku,
        units=units,
        storage_operations_a_day=round(tables + blobs),
        ingestion_gb_a_day=ingestion,
        items=items,
        notes=tuple(_notes(sku, units, loads, size)),
    )


def hub_load(records: float, size: Size, measured: Measured, assumed: Assumptions) -> Load:
    """What a hub with `records` a day takes."""
    core = measured.records_per_second * assumed.utilisation
    wanted = max(1, ceil(records / DAY_SECONDS * assumed.peak / core))
    messages = records / measured.records_per_message
    # A batch takes what has come to its partition while the one before it was processed.
    came = messages / DAY_SECONDS / size.partitions * assumed.batch_seconds
    batches = messages / min(max(came, 1.0), assumed.batch_messages)
    busy = batches * max(assumed.batch_seconds, assumed.least_billed_seconds)
    always = DAY_SECONDS * max(1.0, records / DAY_SECONDS / core)
    return Load(batches, min(busy, always), min(wanted, size.partitions, size.most_instances), wanted)


def throughput(bytes_a_second: float, messages_a_second: float, *, least: int, size: Size) -> tuple[str, int]:
    """The tier and its units: Standard up to 40, beyond it Premium, as many namespaces as that takes."""
    units = max(ceil(bytes_a_second / UNIT_BYTES), ceil(messages_a_second / UNIT_MESSAGES), 1)
    if not size.premium and units <= STANDARD_UNITS:
        return "Standard", max(units, least)
    needed = max(ceil(bytes_a_second / PROCESSING_UNIT_BYTES), least if size.premium else 1)
    largest = PROCESSING_UNITS[-1]
    if needed > largest:
        return "Premium", ceil(needed / largest) * largest
    return "Premium", next(number for number in PROCESSING_UNITS if number >= needed)


def _metered(name: str, a_day: float, step: float, price: float, free: float = 0.0, unit: str = "") -> Item:
    """What is counted: so much a month, beyond what is free, at `price` for each `step`."""
    month = a_day * MONTH_DAYS
    return Item(name, month, unit, max(month - free, 0.0) / step * price)


def _notes(sku: str, units: int, loads: dict[str, Load], size: Size) -> list[str]:
    found = []
    if sku == "Premium" and not size.premium:
        found.append(f"more than {STANDARD_UNITS} throughput units: set hubSku=Premium")
        if units > PROCESSING_UNITS[-1]:
            found.append(
                f"one namespace takes {PROCESSING_UNITS[-1]} processing units: deploy several collectors"
            )
    elif units > size.most_units:
        found.append(f"the profile inflates to {size.most_units} units: set hubMaximumCapacity={units}")
    for hub, load in loads.items():
        if load.wanted > size.partitions:
            found.append(
                f"hub {hub} wants {load.wanted} instances, its partitions let {size.partitions}: raise hubPartitions"
            )
        elif load.wanted > size.most_instances:
            found.append(f"hub {hub} wants {load.wanted} instances: raise maximumInstanceCount")
    return found
