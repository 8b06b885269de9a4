"""From a finding to an alert and its row; pure."""
