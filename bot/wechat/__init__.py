"""The platform's protocol and the calls out to it."""
