"""Commands and groups of them, each registered in :mod:`bot.cli`, and what they share."""
