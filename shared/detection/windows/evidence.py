"""The finding about a crossing: what an analyst needs to believe it. Pure; used by `window_store.py`."""

from __future__ import annotations

from shared.detection.detector import Detector
from shared.detection.finding import MOST_REFERENCES, VARIES, Finding, reconciled
from shared.detection.windows._counting import SEPARATOR
from shared.detection.windows.bucket import Crossing
from shared.detection.windows.window import Window
from shared.events.times import from_seconds


def finding_about(detector: Detector, window: Window, key: str, crossing: Crossing) -> Finding:
    """The finding; the same crossing has the same identity, whoever makes it and whenever."""
    fields: dict[str, str] = {}
    references: list[str] = list(crossing.references or ())
    for bucket in crossing.buckets:
        fields = reconciled(fields, bucket.fields)
        if crossing.references is None:
            references.extend(bucket.references)
    by = key_fields(window, key)
    evidence: dict[str, object] = {
        "window": window.kind,
        "key": by,
        "threshold": window.threshold,
        "seen": crossing.seen,
        "period_seconds": int(window.period.total_seconds()),
        **crossing.evidence,
    }
    first, last, count = crossing.span or (
        min(bucket.first for bucket in crossing.buckets),
        max(bucket.last for bucket in crossing.buckets),
        sum(bucket.count for bucket in crossing.buckets),
    )
    source = fields.pop("source", VARIES) or detector.sources[0]
    return Finding(
        detector,
        ("window", key, str(crossing.step), *((crossing.label,) if crossing.label else ())),
        source,
        {**{name: value for name, value in fields.items() if value != VARIES}, **crossing.fields, **by},
        from_seconds(first),
        from_seconds(last),
        count=count,
        references=references[-MOST_REFERENCES:] if window.newest else references[:MOST_REFERENCES],
        evidence=evidence,
        said=crossing.said,
    )


def key_fields(window: Window, key: str) -> dict[str, str]:
    """The fields that a window is kept by, with their values for a key (folded, as they are compared)."""
    return dict(zip(window.by, key.split(SEPARATOR), strict=False))
