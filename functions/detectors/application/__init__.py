"""Events that applications send themselves, by the contract for application events."""
