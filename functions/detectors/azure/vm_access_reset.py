from functions.detectors.azure.vocabulary import done
from shared.detection import Severity, detector
from shared.events import Event


@detector(
    title="{actor_username} reset the administrator of {target_name}",
    severity=Severity.HIGH,
    techniques=["T1098.004", "T1651"],
    on=done("Microsoft.Compute/virtualMachines/extensions/write"),
    dedup=("resource_id", "correlation_id"),
    confidence=65,
    runbook=[
        "Look for sign-ins to the machine since.",
        "Ask {actor_username} for the change request; a call, not a reply to a message.",
    ],
    response=["Isolate the machine; remove the account or key."],
    false_positives=["Administrators who locked themselves out."],
)
def vm_access_reset(event: Event) -> bool:
    """The access extension sets a password or key for an administrator without knowing the old one."""
    name = str(event.resource_id).rpartition("/")[2]
    kinds = (event.get(f"properties.{body}.properties.type") for body in ("requestbody", "responseBody"))
    return name.startswith(("enablevmaccess", "vmaccess")) or any(
        str(kind).startswith("VMAccess") for kind in kinds
    )
