"""Papers, issues, pages and articles: import and the view that understanding reads."""
