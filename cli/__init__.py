"""The command line, `telltale`."""
