"""Google Cloud and Google Workspace."""
