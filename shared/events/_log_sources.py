"""ATT&CK's log sources (Enterprise 18.1, cloud platforms): what a source can be declared to be.

ATT&CK names none for many services of Azure; those sources have none. (c) The MITRE Corporation. Reproduced under the
ATT&CK terms of use. `registry.py` refuses any other name.
"""

from __future__ import annotations

from typing import Final

LOG_SOURCES: Final = frozenset(
    """
    ALB:HTTPLogs
    ApplicationLog:API
    ApplicationLog:EntraIDPortal
    ApplicationLog:Ingress
    auditd:SYSCALL
    AWS:CloudMetrics
    AWS:CloudTrail
    AWS:CloudWatch
    AWS:VPCFlowLogs
    azure:activity
    azure:ad
    azure:audit
    azure:policy
    azure:signinlogs
    azure:vmguest
    azure:vpcflow
    CloudTrail:GetCallerIdentity
    CloudTrail:GetObject
    CloudTrail:PutObject
    CloudTrail:Signin
    cni:netflow
    container:cni
    container:proxy
    containerd:Events
    containerd:events
    containerd:runtime
    containers:osquery
    docker:api
    docker:daemon
    docker:events
    docker:registry
    docker:runtime
    docker:stats
    ebpf:syscalls
    esxi:hostd
    gcp:audit
    gcp:config
    gcp:iam
    gcp:vpcflow
    gcp:workspaceaudit
    GCPAuditLogs:login.googleapis.com
    Google Admin Audit
    kubernetes:apiserver
    kubernetes:audit
    kubernetes:events
    kubernetes:orchestrator
    m365:audit
    m365:defender
    m365:exchange
    m365:mailboxaudit
    m365:messagetrace
    m365:oauth
    m365:office
    m365:purview
    m365:sharepoint
    m365:signinlogs
    m365:unified
    Microsoft Entra ID Audit Logs
    Microsoft Graph API Logs
    NSM:Connections
    NSM:Flow
    Okta:SystemLog
    prometheus:metrics
    saas-app:auth
    saas:access
    saas:adminapi
    saas:api
    saas:application
    saas:appsscript
    saas:audit
    saas:auth
    saas:box
    saas:collaboration
    saas:confluence
    saas:email
    saas:finance
    saas:github
    saas:googledrive
    saas:googleworkspace
    saas:integration
    saas:okta
    saas:PRMetadata
    saas:RepoEvents
    saas:salesforce
    saas:slack
    saas:Snowflake
    saas:zoom
    systemd:unit
    VPCFlowLogs:All
    WinEventLog:Application
    WinEventLog:Microsoft-Office/OutlookAddinMonitor
    WinEventLog:PowerShell
    WinEventLog:Security
    WinEventLog:Sysmon
    """.strip().split("\n    ")
)
