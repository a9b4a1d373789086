"""Many questions on Telegram: each answered, in order, handled once."""
