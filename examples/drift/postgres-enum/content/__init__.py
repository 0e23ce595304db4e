"""Questions that become videos, by a worker that takes its requests from a subscription."""
