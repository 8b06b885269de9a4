"""The commands of `telltale`, one a file; `cli/app.py` puts them together."""
