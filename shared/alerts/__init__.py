"""From a finding to a row in Microsoft Sentinel: the alert, its row, the outbox, delivery."""
