"""The matcher beside what one would use instead: what each finds, and what it costs."""
