"""All that touches the world: channels, storage, delivery, settings, the command line."""
