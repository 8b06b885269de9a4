"""`findings(...)`: a detector may listen to the findings of others, as it listens to records.

A finding is a record of the source `telltale.finding`, which no hub sends: it has the normalised fields of what it is
about (who, from where, which resource) and, under `finding.`, what found it. `correlation.py` hands them on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from shared.base.errors import DeclarationError
from shared.detection.windows.kinds.distinct import Distinct
from shared.detection.windows.window import Window
from shared.events.source_definition import Field, Selection, Source, clauses_of

ENTITIES: Final = (
    "operation",
    "event_result",
    "actor_username",
    "actor_user_id",
    "actor_user_type",
    "src_ip_addr",
    "src_geo_country",
    "http_user_agent",
    "target_username",
    "target_user_id",
    "target_name",
    "resource_id",
    "subscription_id",
    "account_id",
    "app_id",
    "app_name",
    "session_id",
    "correlation_id",
    "tenant_id",
    "url",
    "dvc_hostname",
)

FINDING: Final = Source(
    id="telltale.finding",
    title="Findings of detectors",
    fields={name: Field(name) for name in ENTITIES},
)

IDENTITY: Final = "finding.identity"
"""Tells findings apart; the same finding has the same, however often it is found."""


def findings(
    *,
    detector: Any = None,
    folder: Any = None,
    technique: Any = None,
    tactic: Any = None,
    severity: Any = None,
    **conditions: Any,
) -> Selection:
    """The findings that satisfy every condition, for `on=` and for the steps of a sequence.

    detector: ids, such as "entra.password_spray"; folder: "identity"; technique: "T1110" also means its
    sub-techniques; tactic: "InitialAccess" as Sentinel writes it; severity: "High". A value, a list, or a matcher.
    Fields to count: "finding.detector", "finding.tactic" (all of its techniques), "finding.main_tactic" (the earliest).
    Further conditions are about the fields of the finding. Findings of detectors that listen to findings themselves,
    and of those in shadow stage, are not heard.
    """
    about = {
        f"finding.{name}": wanted
        for name, wanted in (
            ("detector", detector), ("folder", folder), ("technique", technique), ("tactic", tactic),
            ("severity", severity),
        )
        if wanted is not None
    }  # fmt: skip
    try:
        return Selection(FINDING, clauses_of(FINDING, conditions, about))
    except DeclarationError as error:
        raise DeclarationError(f"findings(): {error}") from None


def counting(where: str, on: Sequence[Selection], window: Window | None) -> Window | None:
    """The window of a detector that listens to `on`: findings are counted by their identity, not by sequence numbers.

    Raises DeclarationError, beginning with `where`, for what cannot be counted so.
    """
    heard = sum(selection.source is FINDING for selection in on)
    if not heard:
        return window
    if window is None:
        raise DeclarationError(
            f"{where}: on=findings(...) needs a window, such as distinct(of='finding.tactic')"
        )
    if heard < len(on) and not window.of_steps:
        raise DeclarationError(f"{where}: on= mixes findings and records; only the steps of a sequence may")
    if window.kind == "count":
        return Distinct("count", window.by, window.threshold, window.period, of=IDENTITY)
    if not window.on_findings:
        raise DeclarationError(
            f"{where}: window={window.kind}(...) cannot count findings; count, distinct, first_seen and sequence can"
        )
    return window
