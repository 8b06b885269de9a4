"""The outbox emptied into one outlet, without the queue that stands between them in a deployment."""

from __future__ import annotations

from shared.delivery.outbox import Outbox
from shared.delivery.outlet import DeliveryReport, Outlet, send


def deliver(outbox: Outbox, outlet: Outlet, *, only_added: bool = False) -> DeliveryReport:
    """Sends what is due, or only what this outbox has added itself."""
    entries = outbox.claim_added(500) if only_added else outbox.claim_due(500)
    return send(outbox, outlet, entries, None) if entries else DeliveryReport()
