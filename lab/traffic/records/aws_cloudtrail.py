"""AWS CloudTrail events of the company's AWS account.

Shape, below https://docs.aws.amazon.com/awscloudtrail/latest/userguide/:
cloudtrail-event-reference-record-contents.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from lab.traffic.company import Company, Person
from lab.traffic.identifiers import guid, seconds_instant
from lab.traffic.records.shape import Record

# (service, calls that read); the services' own words
_READS: Final = (
    ("ec2", ("DescribeInstances", "DescribeVolumes", "DescribeSecurityGroups", "DescribeSubnets",
    "DescribeImages",
             "DescribeSnapshots", "DescribeInstanceStatus", "DescribeTags", "DescribeVpcs",
             "DescribeRegions")),
    ("s3", ("ListBuckets", "GetBucketLocation", "GetBucketPolicy", "GetBucketEncryption", "GetBucketTagging",
            "GetBucketVersioning", "GetBucketAcl", "HeadBucket")),
    ("iam", ("GetRole", "ListRoles", "GetPolicy", "ListAttachedRolePolicies", "GetPolicyVersion",
    "ListRoleTags")),
    ("kms", ("Decrypt", "GenerateDataKey", "DescribeKey", "ListAliases", "Encrypt")),
    ("logs", ("DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents", "StartQuery", "GetQueryResults")),
    ("monitoring", ("DescribeAlarms", "GetMetricData", "ListMetrics", "GetDashboard")),
    ("lambda", ("ListFunctions20150331", "GetFunction20150331v2", "ListVersionsByFunction20150331")),
    ("rds", ("DescribeDBInstances", "DescribeDBSnapshots", "DescribeDBClusters", "ListTagsForResource")),
    ("ecs", ("DescribeServices", "DescribeTasks", "ListTasks", "DescribeClusters", "ListServices")),
    ("sts", ("AssumeRole", "GetCallerIdentity", "AssumeRoleWithWebIdentity")),
    ("elasticloadbalancing", ("DescribeLoadBalancers", "DescribeTargetHealth", "DescribeListeners")),
    ("autoscaling", ("DescribeAutoScalingGroups", "DescribeScalingActivities")),
    ("cloudtrail", ("DescribeTrails", "GetTrailStatus", "LookupEvents", "GetEventSelectors")),
    ("cloudformation", ("DescribeStacks", "DescribeStackEvents", "ListStackResources", "GetTemplate")),
    ("dynamodb", ("DescribeTable", "ListTables", "DescribeContinuousBackups")),
    ("sns", ("ListTopics", "GetTopicAttributes")), ("sqs", ("ListQueues", "GetQueueAttributes")),
    ("ssm", ("DescribeInstanceInformation", "DescribeParameters")), ("acm", ("ListCertificates",)),
)  # fmt: skip
_WRITES: Final = (
    ("ecs", ("UpdateService", "RegisterTaskDefinition", "RunTask")),
    ("logs", ("CreateLogStream", "CreateLogGroup", "PutRetentionPolicy")),
    ("autoscaling", ("SetDesiredCapacity", "UpdateAutoScalingGroup")),
    ("ec2", ("CreateTags", "CreateSnapshot", "StartInstances", "StopInstances")),
    ("lambda", ("UpdateFunctionCode20150331v2", "PublishVersion20150331")),
    ("cloudformation", ("CreateChangeSet", "ExecuteChangeSet", "UpdateStack")),
    ("monitoring", ("PutMetricAlarm", "PutMetricData")),
    ("dynamodb", ("UpdateTable", "CreateBackup")),
    ("elasticloadbalancing", ("RegisterTargets", "DeregisterTargets")),
)
_ROLES: Final = ("deployment", "task-invoice-archive", "monitoring-reader", "cost-report", "backup")


@dataclass(frozen=True, slots=True)
class AwsCall:
    """One call to an AWS service; refused if it has an error code, in any region if none is given."""

    service: str
    name: str
    parameters: Record | None
    read_only: bool
    error_code: str = ""
    region: str = ""


def trail_event(rng: Random, company: Company, time: datetime) -> Record:
    """An ordinary call: a role of the company's software, seldom an engineer; a few in a thousand are
    refused.
    """
    reading = rng.random() < 0.88
    service, calls = rng.choice(_READS if reading else _WRITES)
    denied = "AccessDenied" if rng.random() < 0.003 else ""
    call = AwsCall(service, rng.choice(calls), _parameters(rng, company, service), reading, denied)
    if rng.random() < 0.1:
        person = rng.choice(company.administrators[1:])
        return call_record(
            rng, company, time, call, person_identity(rng, company, person, time), person.origin.address
        )
    role = rng.choice(_ROLES)
    address = (
        "cloudformation.amazonaws.com" if role == "deployment" else f"192.0.2.{220 + _ROLES.index(role)}"
    )
    return call_record(
        rng, company, time, call, _assumed_role(rng, company, role, f"i-{len(role):017x}", time), address
    )


def person_identity(rng: Random, company: Company, person: Person, time: datetime) -> Record:
    """An engineer who came through IAM Identity Center."""
    return _assumed_role(
        rng, company, "AWSReservedSSO_Operations_5c1e0d8a77b3f912", person.user_principal_name, time
    )


def _assumed_role(rng: Random, company: Company, role: str, session: str, time: datetime) -> Record:
    account = company.aws_account_id
    principal = f"AROAEXAMPLE{len(role) * 7919:010d}"
    return {
        "type": "AssumedRole",
        "principalId": f"{principal}:{session}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
        "accountId": account,
        "accessKeyId": f"ASIAEXAMPLE{rng.getrandbits(36):09X}",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role",
                "principalId": principal,
                "arn": f"arn:aws:iam::{account}:role/{role}",
                "accountId": account,
                "userName": role,
            },
            "attributes": {
                "creationDate": seconds_instant(time - timedelta(minutes=rng.randrange(1, 50))),
                "mfaAuthenticated": "true" if "@" in session else "false",
            },
        },
    }


def _parameters(rng: Random, company: Company, service: str) -> Record:
    region = company.aws_regions[0]
    account = company.aws_account_id
    match service:
        case "s3":
            return {"bucketName": rng.choice(company.aws_buckets), "Host": f"s3.{region}.amazonaws.com"}
        case "kms":
            context = {"aws:s3:arn": f"arn:aws:s3:::{rng.choice(company.aws_buckets)}/{guid(rng)}"}
            return {"keyId": f"arn:aws:kms:{region}:{account}:key/{guid(rng)}", "encryptionContext": context}
        case "ec2":
            return {
                "instancesSet": {"items": [{"instanceId": f"i-0{rng.getrandbits(64):016x}"}]},
                "filterSet": {},
            }
        case "ecs":
            return {
                "cluster": "quayside-prod",
                "service": f"invoice-archive-{rng.randrange(8)}",
                "maxResults": 100,
            }
        case "logs":
            return {"logGroupName": f"/aws/ecs/invoice-archive-{rng.randrange(40)}", "limit": 50}
        case _:
            return {"maxResults": rng.randrange(10, 100), "nextToken": guid(rng)}


def call_record(
    rng: Random, company: Company, time: datetime, call: AwsCall, identity: Record, address: str
) -> Record:
    """The event that the trail delivers for this call."""
    region = call.region or rng.choices(company.aws_regions, (85, 15))[0]
    source = f"{call.service}.amazonaws.com"
    record: Record = {
        "eventVersion": "1.11",
        "userIdentity": identity,
        "eventTime": seconds_instant(time),
        "eventSource": source,
        "eventName": call.name,
        "awsRegion": region,
        "sourceIPAddress": address,
        "userAgent": (
            address
            if address.endswith(".amazonaws.com")
            else "aws-cli/2.31.22 md/awscrt#0.28.2 ua/2.1 os/linux#6.1.155 md/arch#x86_64 lang/python#3.13.9"
        ),
        "requestParameters": call.parameters,
        "responseElements": None if call.read_only or call.error_code else {"_return": True},
        "requestID": guid(rng),
        "eventID": guid(rng),
        "readOnly": call.read_only,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": company.aws_account_id,
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{call.service}.{region}.amazonaws.com",
        },
    }
    if call.error_code:
        record["errorCode"] = call.error_code
        record["errorMessage"] = (
            f"User: {identity['arn']} is not authorized to perform: {call.service}:{call.name}"
        )
    return record
