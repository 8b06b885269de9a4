"""From an alert to a row that an outlet accepted: the outbox, Microsoft Sentinel, other outlets."""
