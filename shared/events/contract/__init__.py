"""The contract for events that applications send themselves."""
