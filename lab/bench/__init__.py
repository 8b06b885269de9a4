"""What a record costs: `make bench` prints ratios measured in one interleaved run."""
