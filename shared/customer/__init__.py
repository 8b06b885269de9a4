"""What a customer says: settings of the app, and declarations of sources, log settings and calendars, as values."""
