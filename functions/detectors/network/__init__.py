"""Network logs of several clouds; a detector of one product's network log lives with that product."""
