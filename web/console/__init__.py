"""The console: a room for what belongs together, in it one module a screen with its forms beside; what all share is here."""
