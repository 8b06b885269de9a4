"""The commands of `telltale`, one a file; `local/cli.py` puts them together."""
