"""Azure: the activity log, and the resource logs of its services."""
