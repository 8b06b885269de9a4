"""Stand-ins for Azure: the Functions host, Event Hubs, the Logs Ingestion and query endpoints."""
