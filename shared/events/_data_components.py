"""ATT&CK's data components (Enterprise 18.1, cloud platforms): what a source can be declared to stand for.

(c) The MITRE Corporation. Reproduced under the ATT&CK terms of use. `registry.py` refuses any other name.
"""

from __future__ import annotations

from typing import Final

DATA_COMPONENTS: Final = frozenset(
    """
    Active Directory Object Creation
    Active Directory Object Modification
    Application Log Content
    Cloud Service Disable
    Cloud Service Enumeration
    Cloud Service Metadata
    Cloud Service Modification
    Cloud Storage Access
    Cloud Storage Creation
    Cloud Storage Deletion
    Cloud Storage Enumeration
    Cloud Storage Metadata
    Cloud Storage Modification
    Command Execution
    Container Creation
    Container Enumeration
    Container Start
    File Access
    File Creation
    File Deletion
    File Metadata
    File Modification
    Firewall Disable
    Firewall Rule Modification
    Group Enumeration
    Group Metadata
    Group Modification
    Host Status
    Image Creation
    Image Metadata
    Image Modification
    Instance Creation
    Instance Deletion
    Instance Enumeration
    Instance Metadata
    Instance Modification
    Instance Start
    Instance Stop
    Logon Session Creation
    Logon Session Metadata
    Module Load
    Network Connection Creation
    Network Share Access
    Network Traffic Content
    Network Traffic Flow
    OS API Execution
    Pod Creation
    Pod Enumeration
    Process Creation
    Process Metadata
    Process Termination
    Scheduled Job Creation
    Scheduled Job Modification
    Script Execution
    Service Creation
    Service Metadata
    Snapshot Creation
    Snapshot Deletion
    Snapshot Metadata
    Snapshot Modification
    User Account Authentication
    User Account Creation
    User Account Deletion
    User Account Metadata
    User Account Modification
    Volume Creation
    Volume Deletion
    Volume Modification
    Web Credential Creation
    Web Credential Usage
    Windows Registry Key Modification
    """.strip().split("\n    ")
)
