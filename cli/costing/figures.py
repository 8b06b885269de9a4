"""Reads what the model is fed with: prices, assumptions, what the bench measured, and the sizes of a profile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import Field, ValidationError, model_validator

from shared.base.errors import DeclarationError, TelltaleError
from shared.customer.declaration_file import DeclarationFile, nearest
from shared.customer.types import Table, Text

HERE: Final = Path(__file__).parent
PRICES: Final = HERE / "prices.toml"
ASSUMPTIONS: Final = HERE / "assumptions.toml"
MEASURED: Final = HERE / "measured.json"
PROFILES: Final = HERE.parents[1] / "infra" / "profiles"

Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
ProfileName = Literal["a", "b", "c"]
T = TypeVar("T", bound=Table)


class RegionPrices(Table):
    """List prices of a region; `prices.toml` says what each is."""

    throughput_unit_hour: Amount
    processing_unit_hour: Amount
    ingress_million: Amount
    execution_gb_second: Amount
    execution_million: Amount
    free_gb_seconds: Amount
    free_executions: Amount
    table_operations_10k: Amount
    blob_writes_10k: Amount
    ingestion_gb: Amount
    app_log_gb: Amount


class Prices(Table):
    """A price list: when it was written down, where the prices stand, and the regions."""

    as_of: Text
    currency: Text
    sources: list[Text]
    regions: dict[str, RegionPrices]


class Shares(Table):
    """Which part of all records is of a class that may have a hub of its own."""

    identity: Share
    application: Share
    network: Share

    @model_validator(mode="after")
    def _not_too_much(self) -> Self:
        if self.identity + self.application + self.network > 1:
            raise ValueError("together are more than 1")
        return self


class CustomerShape(Table):
    """How a customer of a profile is made up."""

    sources: Annotated[int, Field(ge=0)]
    shares: Shares


class Assumptions(Table):
    """See `assumptions.toml`, which says what each is and why."""

    peak: Annotated[float, Field(ge=1, le=100)]
    utilisation: Annotated[float, Field(gt=0, le=1)]
    batch_seconds: Positive
    least_billed_seconds: Positive
    batch_messages: Annotated[int, Field(ge=1)]
    timer_runs_a_day: Amount
    timer_seconds: Positive
    timer_operations: Amount
    host_operations_a_partition: Amount
    alerts_a_million_records: Amount
    alert_bytes: Amount
    health_rows_a_day: Amount
    source_rows_a_day: Amount
    health_bytes: Amount
    log_bytes: Amount
    logged_a_second: Amount
    profiles: dict[ProfileName, CustomerShape]


class Measured(Table):
    """What the bench measured with all detectors and ordinary traffic, on one core."""

    as_of: Text
    python: Text
    detectors: Annotated[int, Field(ge=1)]
    records_per_second: Positive
    storage_operations_per_1000: Amount
    bytes_per_record: Positive
    records_per_message: Annotated[float, Field(ge=1)]


class Size(Table):
    """What `infra/profiles` deploys for a profile."""

    hubs: tuple[str, ...]
    partitions: int
    units: int
    most_units: int
    premium: bool
    memory_gb: float
    most_instances: int


def prices(path: Path | None = None) -> Prices:
    """The project's prices, or those of a file laid over them. Raises DeclarationError with file and line."""
    content = DeclarationFile.read(PRICES).content
    if path is None:
        return _checked(Prices, PRICES, content)
    own = DeclarationFile.read(path).content
    regions = own.get("regions")
    if isinstance(regions, dict):
        known = content["regions"]
        base = next(iter(known.values()))
        # A new region begins with the first one's prices, so that a file may hold only what differs.
        own["regions"] = known | {
            name: {**known.get(name, base), **region} if isinstance(region, dict) else region
            for name, region in regions.items()
        }
    return _checked(Prices, path, {**content, **own})


def assumptions() -> Assumptions:
    """The project's assumptions."""
    return _checked(Assumptions, ASSUMPTIONS, DeclarationFile.read(ASSUMPTIONS).content)


def measured(path: Path = MEASURED) -> Measured:
    """What was measured last."""
    return _checked(Measured, path, DeclarationFile.read(path).content)


def region_of(found: Prices, name: str) -> RegionPrices:
    """The prices of a region; raises TelltaleError where there are none."""
    if name not in found.regions:
        raise TelltaleError(
            f"--region {name}: no prices for it{nearest(name, found.regions)}; give them with --prices FILE"
        )
    return found.regions[name]


def size_of(profile: ProfileName) -> Size:
    """The size that a profile's parameters give."""
    path = PROFILES / f"profile-{profile}.parameters.json"
    try:
        values = {
            name: entry["value"] for name, entry in json.loads(path.read_text("utf-8"))["parameters"].items()
        }
    except OSError as error:
        raise TelltaleError(f"{path}: cannot be read; run it from a checkout ({error.strerror})") from None
    return Size(
        hubs=("telemetry", *values["dedicatedHubs"]),
        partitions=values["hubPartitions"],
        units=values["hubCapacity"],
        most_units=max(values["hubMaximumCapacity"], values["hubCapacity"]),
        premium=values["hubSku"] == "Premium",
        memory_gb=values["instanceMemoryMB"] / 1024,
        most_instances=values["maximumInstanceCount"],
    )


def _checked(kind: type[T], path: Path, content: dict[str, Any]) -> T:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        file = DeclarationFile.read(path)
        lines = [line for details in error.errors() for line in file.lines_about(details)]
        raise DeclarationError("\n".join(lines)) from None
