from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector, distinct
from shared.events import Event


@detector(
    title="{actor_username} listed the keys of {count} accounts",
    severity=Severity.MEDIUM,
    techniques=["T1552", "T1530"],
    on=done(
        "Microsoft.Storage/storageAccounts/listKeys/action",
        "Microsoft.Storage/storageAccounts/listAccountSas/action",
        "Microsoft.Storage/storageAccounts/listServiceSas/action",
        "Microsoft.ClassicStorage/storageAccounts/listKeys/action",
        "Microsoft.DocumentDB/databaseAccounts/listKeys/action",
        "Microsoft.DocumentDB/databaseAccounts/listConnectionStrings/action",
    ),
    window=distinct(of="resource_id", by="actor_username", threshold=6, period="10m"),
    confidence=55,
    runbook=[
        "List the accounts and look for reads with their keys since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "See how {actor_username} signed in.",
    ],
    response=["Regenerate the keys; forbid shared keys where identities can be used."],
    false_positives=[
        "Inventory tools and pipelines that deploy many applications: allow-list their identity."
    ],
)
def storage_keys_listed(event: Event) -> bool:
    """The portal lists one account's keys when somebody looks at it; whoever lists them all collects them."""
    return True
