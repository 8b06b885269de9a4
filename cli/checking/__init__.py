"""What `telltale check` looks at after a deployment, step by step; `cli.commands.check` shows it.

`deployment.py` finds the settings, `access.py` asks each service, `rights.py` compares roles, `journey.py` sends a
canary and a row and waits for them.
"""
