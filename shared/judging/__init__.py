"""Rows of windows: what is counted is stored, judged and raised once. The only part of windows that knows a store."""
