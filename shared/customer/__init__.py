"""What a customer says: settings of the app, and declarations with their sources, log settings and calendars, as values."""
