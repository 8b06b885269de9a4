"""Which sources spoke, how much and how late; and what their silence means."""
