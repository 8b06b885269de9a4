"""What the comparison must be told of the deployment that it runs in, because no declaration can know it."""

from __future__ import annotations

from dataclasses import dataclass

from shared.log_settings.compare import Hubs


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment; '' where something is not known.

    hubs: those that the collector reads. sending_rule: resource id of the namespace's send-only rule. workspace:
    resource id of the workspace that alerts end in.
    """

    hubs: Hubs = frozenset()
    sending_rule: str = ""
    workspace: str = ""


NOWHERE = Deployed()
"""Nothing is known, as on a machine of one's own."""
