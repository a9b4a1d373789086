"""What may be said: the knowledge folder, its checks, and the matching of messages to entries."""
