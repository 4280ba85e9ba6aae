"""Words to readers outside the passive reply: queue, delivery, channels."""
