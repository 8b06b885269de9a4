"""Whom, and from where, the list of alerts names."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from cli.alert_table import alert_table

ROW = {
    "AlertName": "It happened",
    "AlertStatus": "Active",
    "EventSeverity": "High",
    "EventStartTime": "2026-03-10T09:00:00Z",
    "RuleName": "identity.probe",
    "Techniques": ["T1110.003"],
    "Source": "entra.signin",
}
ADDRESS = {"SrcIpAddr": "198.51.100.7", "SrcGeoCountry": "NL"}
AZURE = "Windows Azure Service Management API"
SITE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/shop"


def who(**columns: Any) -> list[str]:
    """The lines of the column of one alert."""
    console = Console(file=io.StringIO(), width=120)
    [cell] = alert_table([ROW | columns]).columns[3].cells
    console.print(cell)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().split("\n")[:-1]


@pytest.mark.parametrize(
    ("columns", "lines"),
    [
        (
            {"Username": "ann@example.com", **ADDRESS, "TargetName": AZURE},
            ["ann@example.com", "198.51.100.7 NL"],
        ),
        ({"UserId": "17", "TargetUsername": "bob"}, ["17"]),
        ({**ADDRESS, "TargetName": AZURE, "AppName": "Azure CLI"}, ["198.51.100.7 NL"]),
        ({**ADDRESS, "TargetName": "shop.example.com", "ResourceId": SITE}, ["198.51.100.7 NL", "shop"]),
        ({**ADDRESS, "TargetUsername": "bob@example.com"}, ["198.51.100.7 NL", "bob@example.com"]),
        ({"TargetName": "billing", "AppName": "Payroll"}, ["billing"]),
        ({"ResourceId": SITE}, ["shop"]),
        ({"AppName": "Payroll"}, ["Payroll"]),
        ({}, ["entra.signin"]),
    ],
)
def test_the_actor_comes_first_or_else_the_address(columns: dict[str, Any], lines: list[str]) -> None:
    assert who(**columns) == lines


def test_what_an_event_says_is_no_markup() -> None:
    assert who(Username="[bold]\x1b[31mann\u202e")[0].startswith("[bold]")
