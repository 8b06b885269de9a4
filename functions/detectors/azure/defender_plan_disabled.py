from functions.detectors.azure.vocabulary import done, written
from shared.detection import LoggingLoss, Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} switched off a Defender plan: {target_name}",
    severity=Severity.HIGH,
    techniques=["T1562.001"],
    on=done("Microsoft.Security/pricings/write", "Microsoft.Security/pricings/delete"),
    dedup=("resource_id", "correlation_id"),
    explains=LoggingLoss.ACCOUNT,
    confidence=80,
    runbook=[
        "Read which plan was switched off, and for which subscription or resource.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "List what else {actor_username} and {src_ip_addr} did in the hour before and after.",
    ],
    response=["Switch the plan on again; read the resource's logs for the time in between."],
    false_positives=["Decisions about cost that were announced."],
)
def defender_plan_disabled(event: Event) -> bool:
    """The free tier raises no alerts: switching a plan down makes a whole kind of resource undefended."""
    return str(event.operation).casefold().endswith("/delete") or "free" in written(event, "pricingTier")
