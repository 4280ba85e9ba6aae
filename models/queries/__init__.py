"""Named reads for console and bot, one file a screen."""
