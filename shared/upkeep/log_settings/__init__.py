"""What is configured to be logged, against what is expected and what arrives."""
