"""Groups of commands; each is registered in :mod:`bot.cli`."""
