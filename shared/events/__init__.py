"""Telemetry as events: sources, decoding, and what a detector reads.

Detectors import their sources from here (`from shared.events import entra_audit`).
"""

from shared.events.event import Event
from shared.events.message import Batch, Message, Origin
from shared.events.sources.application import application
from shared.events.sources.aws_cloudtrail import aws_cloudtrail
from shared.events.sources.aws_guardduty import aws_guardduty
from shared.events.sources.aws_vpcflow import aws_vpcflow
from shared.events.sources.aws_waf import aws_waf
from shared.events.sources.azure_activity import azure_activity, azure_activity_rest
from shared.events.sources.azure_aks import (
    azure_aks_audit,
    azure_aks_controlplane,
    azure_aks_guard,
    kubernetes_audit,
)
from shared.events.sources.azure_apim import azure_apim
from shared.events.sources.azure_appgateway import azure_appgateway
from shared.events.sources.azure_appservice import (
    azure_appservice,
    azure_appservice_audit,
    azure_appservice_http,
)
from shared.events.sources.azure_containerapps import azure_containerapps
from shared.events.sources.azure_cosmosdb import azure_cosmosdb
from shared.events.sources.azure_firewall import azure_firewall
from shared.events.sources.azure_flow import azure_flow
from shared.events.sources.azure_frontdoor import azure_frontdoor
from shared.events.sources.azure_functions import azure_functions
from shared.events.sources.azure_keyvault import azure_keyvault
from shared.events.sources.azure_logicapps import azure_logicapps
from shared.events.sources.azure_messaging import azure_eventhub, azure_servicebus
from shared.events.sources.azure_metrics import azure_metrics
from shared.events.sources.azure_policy import azure_policy
from shared.events.sources.azure_security import azure_security
from shared.events.sources.azure_servicehealth import azure_servicehealth
from shared.events.sources.azure_sql import azure_sql_audit
from shared.events.sources.azure_storage import azure_storage
from shared.events.sources.azure_waf import azure_waf
from shared.events.sources.azuredevops_audit import azuredevops_audit
from shared.events.sources.entra_audit import entra_audit
from shared.events.sources.entra_pim import entra_pim
from shared.events.sources.entra_provisioning import entra_provisioning
from shared.events.sources.entra_risk import entra_risk
from shared.events.sources.entra_signin import (
    entra_signin,
    entra_signin_adfs,
    entra_signin_managedidentity,
    entra_signin_noninteractive,
    entra_signin_serviceprincipal,
)
from shared.events.sources.gcp_audit import gcp_audit
from shared.events.sources.generic import azure_resource, generic_json
from shared.events.sources.github_audit import github_audit, github_webhook
from shared.events.sources.google_workspace import google_workspace
from shared.events.sources.intune import intune_audit, intune_operational
from shared.events.sources.m365_audit import m365_audit
from shared.events.sources.microsoft_defender import microsoft_defender
from shared.events.sources.msgraph_activity import aadgraph_activity, msgraph_activity
from shared.events.sources.okta_system import okta_system
from shared.events.sources.telltale_canary import telltale_canary

__all__ = [
    "Batch",
    "Event",
    "Message",
    "Origin",
    "aadgraph_activity",
    "application",
    "aws_cloudtrail",
    "aws_guardduty",
    "aws_vpcflow",
    "aws_waf",
    "azure_activity",
    "azure_activity_rest",
    "azure_aks_audit",
    "azure_aks_controlplane",
    "azure_aks_guard",
    "azure_apim",
    "azure_appgateway",
    "azure_appservice",
    "azure_appservice_audit",
    "azure_appservice_http",
    "azure_containerapps",
    "azure_cosmosdb",
    "azure_eventhub",
    "azure_firewall",
    "azure_flow",
    "azure_frontdoor",
    "azure_functions",
    "azure_keyvault",
    "azure_logicapps",
    "azure_metrics",
    "azure_policy",
    "azure_resource",
    "azure_security",
    "azure_servicebus",
    "azure_servicehealth",
    "azure_sql_audit",
    "azure_storage",
    "azure_waf",
    "azuredevops_audit",
    "entra_audit",
    "entra_pim",
    "entra_provisioning",
    "entra_risk",
    "entra_signin",
    "entra_signin_adfs",
    "entra_signin_managedidentity",
    "entra_signin_noninteractive",
    "entra_signin_serviceprincipal",
    "gcp_audit",
    "generic_json",
    "github_audit",
    "github_webhook",
    "google_workspace",
    "intune_audit",
    "intune_operational",
    "kubernetes_audit",
    "m365_audit",
    "microsoft_defender",
    "msgraph_activity",
    "okta_system",
    "telltale_canary",
]
