"""The watcher watched: a canary through every hub partition, and how far the collector is behind each of them."""
