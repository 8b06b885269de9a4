"""`telltale cost`: the model grows with its records, keeps to the limits of Event Hubs, and refuses nonsense."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build.cost_figures import LINE, from_bench
from cli.costing.figures import (
    MEASURED,
    PRICES,
    Measured,
    ProfileName,
    assumptions,
    measured,
    prices,
    region_of,
    size_of,
)
from cli.costing.model import DAY_SECONDS, Cost, cost, throughput
from shared.base.errors import TelltaleError
from shared.customer.declaration_file import DeclarationFile
from tests.cli.shell import Shell, json_lines, one_line

PROFILES: tuple[ProfileName, ...] = ("a", "b", "c")


def modelled(records: int, profile: ProfileName = "a", figures: Measured | None = None) -> Cost:
    found = region_of(prices(), "westeurope")
    return cost(records, profile, size_of(profile), found, figures or measured(), assumptions())


@given(st.sampled_from(PROFILES), st.integers(1, 10**11), st.integers(0, 10**11))
def test_more_records_never_need_less_nor_cost_less(profile: ProfileName, records: int, more: int) -> None:
    less, greater = modelled(records, profile), modelled(records + more, profile)
    assert greater.instances >= less.instances
    assert greater.storage_operations_a_day >= less.storage_operations_a_day
    assert greater.ingestion_gb_a_day >= less.ingestion_gb_a_day
    if greater.sku == less.sku:
        assert greater.units >= less.units
        assert greater.price >= less.price - 1e-6


@pytest.mark.parametrize(
    ("megabytes", "units"), [(0.1, 1), (1.0, 1), (1.000001, 2), (39.999, 40), (40.0, 40)]
)
def test_a_throughput_unit_takes_a_megabyte_a_second(megabytes: float, units: int) -> None:
    assert throughput(megabytes * 1e6, 1, least=1, size=size_of("a")) == ("Standard", units)


@pytest.mark.parametrize(("messages", "units"), [(1000, 1), (1001, 2), (40_000, 40)])
def test_a_throughput_unit_takes_a_thousand_messages_a_second(messages: float, units: int) -> None:
    assert throughput(1, messages, least=1, size=size_of("a")) == ("Standard", units)


@pytest.mark.parametrize(("megabytes", "units"), [(40.1, 16), (80, 16), (80.1, 32)])
def test_beyond_forty_units_it_takes_premium(megabytes: float, units: int) -> None:
    assert throughput(megabytes * 1e6, 1, least=1, size=size_of("a")) == ("Premium", units)


def test_a_profile_never_gets_fewer_units_than_it_deploys() -> None:
    assert modelled(1, "c").units == size_of("c").units == 4


def test_the_edge_of_a_unit_is_where_the_measured_bytes_put_it() -> None:
    figures = measured().model_copy(update={"bytes_per_record": 1000.0, "records_per_message": 10.0})
    edge = round(1000 * DAY_SECONDS / assumptions().peak)
    assert modelled(edge, figures=figures).units == 1
    assert modelled(edge + 100, figures=figures).units == 2


def test_a_slower_bench_wants_more_instances_and_more_money() -> None:
    slow = measured().model_copy(update={"records_per_second": measured().records_per_second / 50})
    assert modelled(10**9, "c", slow).instances > modelled(10**9, "c").instances
    assert modelled(10**9, "c", slow).price > modelled(10**9, "c").price


def test_what_a_profile_does_not_hold_is_said() -> None:
    assert modelled(10**6).notes == ()
    assert any("hubMaximumCapacity" in note for note in modelled(10**8).notes)
    assert any("hubSku=Premium" in note for note in modelled(10**10).notes)
    assert any("raise hubPartitions" in note for note in modelled(10**10).notes)


def test_the_command_prints_one_json_line_whose_items_add_up(telltale: Shell) -> None:
    status, out, _ = telltale("cost", "--records-per-day", "2000000", "--profile", "b", "--json")
    [line] = json_lines(out)
    assert status == 0
    assert line["records_per_day"] == 2_000_000
    assert (line["profile"], line["region"], line["currency"]) == ("b", "westeurope", "USD")
    assert line["price_per_month"] == pytest.approx(sum(item["price"] for item in line["items"]), abs=0.05)
    assert {"instances", "throughput_units", "storage_operations_per_day", "ingestion_gb_per_day"} <= set(
        line
    )


def test_people_get_a_table_and_what_it_rests_on(telltale: Shell) -> None:
    status, out, err = telltale("cost", "--records-per-day", "2000000")
    assert status == 0
    assert "Together" in out
    assert "prices are an assumption" in err


def test_prices_of_ones_own_are_laid_over_those_of_the_project(telltale: Shell) -> None:
    Path("own.toml").write_text(
        'as_of = "2026-12-01"\ncurrency = "CHF"\n'
        "[regions.westeurope]\ningestion_gb = 1000.0\n[regions.switzerlandnorth]\nthroughput_unit_hour = 1.0\n"
    )
    arguments = ("cost", "--records-per-day", "1000000", "--json", "--prices", "own.toml")
    [line] = json_lines(telltale(*arguments)[1])
    by_name = {item["name"]: item["price"] for item in line["items"]}
    assert (line["currency"], line["prices_as_of"]) == ("CHF", "2026-12-01")
    assert by_name["Sentinel, alerts and health"] > 20
    [line] = json_lines(telltale(*arguments, "--region", "switzerlandnorth")[1])
    assert line["items"][0]["price"] == 730.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[regions.westeurope]\ningestion_gb = -1\n", "own.toml:2: regions.westeurope.ingestion_gb is -1"),
        ("[regions.westeurope]\ningestion = 1\n", "own.toml:2: regions.westeurope.ingestion is not known"),
        ("region = 1\n", "own.toml:1: region is not known; did you mean regions?"),
        ("regions = 1\n", "own.toml:1: regions is 1"),
        ("[regions", "own.toml:1: is not TOML"),
        ("[regions.westeurope]\ningestion_gb = nan\n", "own.toml:2: regions.westeurope.ingestion_gb is nan"),
    ],
)
def test_wrong_prices_are_named_with_file_and_line(telltale: Shell, text: str, said: str) -> None:
    Path("own.toml").write_text(text)
    assert said in one_line(telltale("cost", "--records-per-day", "1", "--prices", "own.toml"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--records-per-day", "0"), "must be from 1"),
        (("--records-per-day", "-5"), "must be from 1"),
        (("--records-per-day", "99999999999999999"), "must be from 1"),
        (("--records-per-day", "many"), "'--records-per-day': Input should be a valid integer"),
        ((), "--records-per-day"),
        (("--records-per-day", "1", "--profile", "d"), "choose a, b or c"),
        (("--records-per-day", "1", "--region", "westeurop"), "did you mean westeurope?"),
        (("--records-per-day", "1", "--peak", "0.5"), "must be from 1 to 100"),
        (("--records-per-day", "1", "--peak", "nan"), "must be from 1 to 100"),
    ],
)
def test_bad_input_is_one_line(telltale: Shell, arguments: tuple[str, ...], said: str) -> None:
    assert said in one_line(telltale("cost", *arguments))


def test_the_figures_come_from_the_lines_of_the_bench() -> None:
    line = {"name": LINE, "detectors": 7, "records_per_second": 1234, "storage_operations_per_1000": 5.5}
    text = "make: entering\n" + json.dumps({"name": "other"}) + "\n" + json.dumps(line) + "\n"
    found = from_bench(io.StringIO(text), "2026-11-26")
    assert (found.detectors, found.records_per_second, found.storage_operations_per_1000) == (7, 1234, 5.5)
    assert 500 < found.bytes_per_record < 5000
    assert found.records_per_message > 1
    with pytest.raises(TelltaleError, match="make bench ARGS=--json"):
        from_bench(io.StringIO(""), "2026-11-26")


def test_figures_and_prices_say_of_when_they_are() -> None:
    assert DeclarationFile.read(MEASURED).content["as_of"]
    assert DeclarationFile.read(PRICES).content["as_of"]
    assert all(source.startswith("https://") for source in prices().sources)
