"""What is counted and how it is judged. Pure; shared/judging stores it."""
