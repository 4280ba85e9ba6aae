"""Photos and voices that readers send: fetched, checked, kept by content, shown to editors."""
