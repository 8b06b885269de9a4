"""What writes generated documentation, the infrastructure's JSON and the release. Never installed."""
