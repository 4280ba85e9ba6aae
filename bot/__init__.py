"""Everything the system can do, without HTTP. Knows `models`; must not know `web`."""
