"""Loss of telemetry that several products show alike; a detector of one product lives with that product."""
