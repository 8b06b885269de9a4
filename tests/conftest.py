"""What every test can ask for."""

from __future__ import annotations

pytest_plugins = ["tests.azurite_fixture", "tests.event_hub_fixture"]
