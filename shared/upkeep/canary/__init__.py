"""A canary through every hub partition, and how far the collector is behind in each."""
