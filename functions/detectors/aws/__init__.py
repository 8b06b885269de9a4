"""AWS: CloudTrail and the logs of its services."""
