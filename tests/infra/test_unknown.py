"""What the stand-in for Resource Manager does not know is said where people read about deploying."""

from __future__ import annotations

from pathlib import Path

from lab.azure.resource_manager.unknown import unknown

PAGE = Path(__file__).parents[2] / "docs" / "deploy.md"


def test_what_the_stand_in_does_not_know_stands_in_the_page_about_deploying() -> None:
    print("\nthe stand-in for Azure Resource Manager does not know:", *unknown(), sep="\n- ")
    text = " ".join(PAGE.read_text("utf-8").split())
    missing = [line for line in unknown() if f"- {line}" not in text]
    assert not missing
