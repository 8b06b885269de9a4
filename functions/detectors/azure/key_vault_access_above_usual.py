from shared.detection import Severity, detector, rate
from shared.events import Event, azure_keyvault


@detector(
    title="{actor_user_id} read secrets {count} times in an hour, far more than usual",
    severity=Severity.MEDIUM,
    techniques=["T1555.006"],
    on=azure_keyvault(
        operation="SecretGet SecretList KeyGet KeyList KeyDecrypt KeyUnwrap CertificateGet".split(),
        event_result="Success",
    ),
    window=rate(by="actor_user_id", threshold=50, deviations=8.0),
    confidence=50,
    runbook=[
        "Is {actor_user_id} a workload that was deployed or scaled at that time?",
        "Which secrets were read, and are there some that it never read before?",
    ],
    response=["Rotate what was read, and take the access away from {actor_user_id}."],
    false_positives=["A deployment that reads its settings in a loop."],
)
def key_vault_access_above_usual(event: Event) -> bool:
    """A workload reads its secrets at an even pace; whoever empties a vault in its name does not."""
    return True
