"""Other services: GitHub, Okta, Azure DevOps."""
