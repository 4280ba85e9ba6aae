"""Words to readers outside the passive reply: queue, ledger, channels, delivery, and what people decide."""
