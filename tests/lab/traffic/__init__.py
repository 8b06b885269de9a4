"""The tests of `lab/traffic`."""
