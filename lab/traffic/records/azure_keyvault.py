"""Key Vault AuditEvent: who read, listed or wrote which secret, key or certificate.

Shape: https://learn.microsoft.com/azure/key-vault/general/logging, with `identity.claim` in the singular.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Final

from lab.traffic.company import Company, Person, ServicePrincipal, Tenant
from lab.traffic.identifiers import guid, instant
from lab.traffic.records.shape import Record

# (operation, collection, weight); a workload mostly reads its own secrets
_OPERATIONS: Final = (
    ("SecretGet", "secrets", 50), ("SecretListVersions", "secrets", 4), ("KeyGet", "keys", 8),
    ("KeyUnwrap", "keys", 12),
    ("KeyWrap", "keys", 8), ("KeySign", "keys", 8), ("KeyVerify", "keys", 4), ("KeyEncrypt", "keys", 3),
    ("KeyDecrypt", "keys", 3), ("CertificateGet", "certificates", 4),
    ("CertificateListVersions", "certificates", 1),
    ("SecretSet", "secrets", 1), ("VaultGet", "", 2), ("KeyListVersions", "keys", 1), ("CertificatePolicyGet",
    "certificates", 1), ("SecretUpdate", "secrets", 1), ("Authentication", "", 2),
)  # fmt: skip
_WEIGHTS: Final = tuple(weight for *_, weight in _OPERATIONS)
_CLIENTS: Final = (
    "azsdk-python-keyvault-secrets/4.10.0 Python/3.13.5 (Linux-5.15.0-1091-azure-x86_64-with-glibc2.36)",
    "azsdk-net-Security.KeyVault.Secrets/4.8.0 (.NET 8.0.21; Debian GNU/Linux 12 (bookworm))",
    "azsdk-js-keyvault-keys/4.10.0 core-rest-pipeline/1.22.1 Node/22.20.0 OS/(x64-Linux-5.15.0-1091-azure)",
)


def vault_access(rng: Random, company: Company, time: datetime) -> Record:
    """A workload of the company uses the production vault: its own secrets and keys, from its own address."""
    return workload_access(rng, company.workforce, time)


def workload_access(rng: Random, tenant: Tenant, time: datetime) -> Record:
    """A workload uses this tenant's vault."""
    operation, collection, _ = rng.choices(_OPERATIONS, _WEIGHTS)[0]
    principal = rng.choice(tenant.service_principals)
    name = rng.choice(principal.secrets) if collection else ""
    return vault_record(rng, tenant, principal, time, operation, f"{collection}/{name}" if collection else "")


def vault_record(
    rng: Random, tenant: Tenant, caller: Person | ServicePrincipal, time: datetime, operation: str, item: str,
    address: str | None = None,
) -> Record:  # fmt: skip
    """One call to the tenant's vault; `item` is `secrets/<name>` or empty.

    "Authentication" is the challenge that every client meets first: unauthorized, and nothing wrong.
    """
    challenged = operation == "Authentication"
    url = f"https://{tenant.key_vault}.vault.azure.net/{item}".rstrip("/")
    claim = {"appid": guid(rng) if isinstance(caller, Person) else caller.app_id, "oid": caller.id}
    if isinstance(caller, Person):
        address = address or caller.origin.address
        claim |= {
            "upn": caller.user_principal_name,
            "ipaddr": address,
            "name": caller.display_name,
            "scp": "user_impersonation",
        }
        claim["appid"] = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
        claim["appidacr"] = "0"
        client = (
            "AZURECLI/2.79.0 (PIP) azsdk-python-keyvault-secrets/4.10.0 Python/3.13.5 (Linux-6.1.0-x86_64)"
        )
    else:
        address = address or caller.address
        claim |= {
            "appidacr": "1",
            "idtyp": "app",
            "xms_mirid": tenant.resource(f"Microsoft.Web/sites/{caller.name}"),
        }
        client = _CLIENTS[len(caller.name) % len(_CLIENTS)]
    version = guid(rng).replace("-", "")
    return {
        "time": instant(time, rng.randrange(10)),
        "category": "AuditEvent",
        "operationName": operation,
        "operationVersion": "7.6",
        "resultType": "Success",
        "resultSignature": "Unauthorized" if challenged else "OK",
        "resultDescription": "",
        "durationMs": str(rng.randrange(2, 90)),
        "callerIpAddress": address,
        "correlationId": guid(rng),
        "identity": {} if challenged else {"claim": claim},
        "resourceId": tenant.resource(f"Microsoft.KeyVault/vaults/{tenant.key_vault}").upper(),
        "tenantId": tenant.id,
        "location": "northeurope",
        "properties": {
            "id": f"{url}/{version}" if item else url,
            "clientInfo": client,
            "requestUri": f"{url}?api-version=7.6",
            "httpStatusCode": 401 if challenged else 200,
            "isAddressAuthorized": True,
            "addrAuthType": "PublicIP",
            "isRbacAuthorized": not challenged,
            "appliedAssignmentId": guid(rng),
            "tlsVersion": "TLS1_3",
            "trustedService": "",
            "vaultProperties": {"softDeleteRetentionInDays": 90, "enablePurgeProtection": True},
        },
    }
