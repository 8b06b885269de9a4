"""The order of effects: what a batch and each timer do, one after the other. The collector of one customer."""
