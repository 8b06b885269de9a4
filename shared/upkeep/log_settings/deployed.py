"""The facts of this deployment that log settings are compared with and no declaration can know."""

from __future__ import annotations

from dataclasses import dataclass

from shared.upkeep.log_settings._compare import ENTRA, Hubs


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment; '' where something is not known.

    hubs: those that the collector reads. hub: the one that takes everything; hub_identity: the one that identity has
    to itself. sending_rule: resource id of the namespace's send-only rule. workspace: resource id of the workspace
    that alerts end in. identity: client id of the app's identity. app: name of the app itself.
    """

    hubs: Hubs = frozenset()
    hub: str = ""
    hub_identity: str = ""
    sending_rule: str = ""
    workspace: str = ""
    identity: str = ""
    app: str = ""

    def hub_for(self, subject: str) -> str:
        """The hub that the setting of `subject` should send to: the tenant's to identity's own, where there is one."""
        return (self.hub_identity if subject == ENTRA else "") or self.hub or "<hub>"

    @property
    def subscription(self) -> str:
        """Resource id of the collector's own subscription, as rule or workspace name it; '' if neither does."""
        parts = (self.sending_rule or self.workspace).split("/")
        return f"/subscriptions/{parts[2]}" if len(parts) > 2 else ""


NOWHERE = Deployed()
"""Nothing is known, as on a machine of one's own."""
