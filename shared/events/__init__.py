"""Telemetry as events: sources, decoding, and what a detector reads.

Detectors import their sources from here (`from shared.events import entra_audit`).
"""

from shared.events.event import Event
from shared.events.message import Batch, Message, Origin
from shared.events.sources.application import application
from shared.events.sources.aws_cloudtrail import aws_cloudtrail
from shared.events.sources.azure_activity import azure_activity, azure_activity_rest
from shared.events.sources.azure_aks import azure_aks_audit, kubernetes_audit
from shared.events.sources.azure_appservice import azure_appservice_audit, azure_appservice_http
from shared.events.sources.azure_keyvault import azure_keyvault
from shared.events.sources.azure_storage import azure_storage
from shared.events.sources.entra_audit import entra_audit
from shared.events.sources.entra_signin import (
    entra_signin,
    entra_signin_managedidentity,
    entra_signin_noninteractive,
    entra_signin_serviceprincipal,
)

__all__ = [
    "Batch",
    "Event",
    "Message",
    "Origin",
    "application",
    "aws_cloudtrail",
    "azure_activity",
    "azure_activity_rest",
    "azure_aks_audit",
    "azure_appservice_audit",
    "azure_appservice_http",
    "azure_keyvault",
    "azure_storage",
    "entra_audit",
    "entra_signin",
    "entra_signin_managedidentity",
    "entra_signin_noninteractive",
    "entra_signin_serviceprincipal",
    "kubernetes_audit",
]
