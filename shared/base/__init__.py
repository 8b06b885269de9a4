"""What every room may use: clock, clouds, durations, errors, version. Imports nothing of ours."""
