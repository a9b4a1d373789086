"""What happens next: pure functions from a conversation's state and an event to replies."""
