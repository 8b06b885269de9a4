"""The collector without Azure: the same app in a local host, a scenario that plays through it, the command line."""
