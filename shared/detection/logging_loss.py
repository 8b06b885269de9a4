"""Which loss of telemetry a finding can explain: what a detector declares with `explains=`.

`shared/heartbeat/changes.py` weighs these when a source falls silent, so that the alert names who turned it off.
"""

from __future__ import annotations

import enum


class LoggingLoss(enum.StrEnum):
    """What a finding did to the logging."""

    HUB = "hub"
    """The hub that carries telemetry is gone, or refuses it."""
    SETTING_DELETED = "setting deleted"
    """A diagnostic setting of a resource, a subscription or the tenant is gone."""
    SETTING_CHANGED = "setting changed"
    """A diagnostic setting sends something else, or to somewhere else."""
    AGENT = "agent"
    """What sends a machine's or a cluster's logs was removed from it."""
    FLOW_LOG = "flow log"
    """Flow logs of a network were switched off."""
    TRAIL = "trail"
    """A trail of an AWS account stopped or records less."""
    ACCOUNT = "account"
    """Some of what a subscription or an account sends."""
