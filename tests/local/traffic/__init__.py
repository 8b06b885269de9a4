"""The tests of `local/traffic`."""
