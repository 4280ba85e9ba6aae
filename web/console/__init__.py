"""The console: one module a screen, its forms beside it."""
