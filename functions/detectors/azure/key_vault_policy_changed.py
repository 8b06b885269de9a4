from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event, azure_keyvault


@detector(
    title="{actor_username} changed who may use the vault {target_name}",
    severity=Severity.MEDIUM,
    techniques=["T1098.003", "T1555.006"],
    on=[
        *done(
            "Microsoft.KeyVault/vaults/accessPolicies/write",
            "Microsoft.KeyVault/managedHSMs/write",
            "Microsoft.KeyVault/hsmPools/write",
        ),
        azure_keyvault(
            operation=[
                "VaultAccessPolicyChangedEventGridNotification",
                "VaultPatch",
                "HSMRoleAssignmentCreate",
            ],
            event_result="Success",
        ),
    ],
    dedup=("resource_id", "actor_username"),
    confidence=55,
    runbook=[
        "Read which principal was given what.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
        "See whether that principal read secrets since.",
    ],
    response=["Remove the entry; rotate what was read."],
    false_positives=["Deployments that add their own identity."],
)
def key_vault_policy_changed(event: Event) -> bool:
    """One policy entry gives an account every secret of the vault, without a role that a review would show."""
    return True
