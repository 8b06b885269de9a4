"""What the functions share; knows nothing of azure.functions."""
