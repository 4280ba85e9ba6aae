"""Papers and issues: settings, calendar, import, pages and their pictures."""
