"""What winners get: claims, payments, certificates."""
