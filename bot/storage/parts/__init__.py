"""The store by what it keeps: each module has the methods of one concern.

:class:`bot.storage.store.Store` is all of them together. What is written by more than one of
them has a module of its own that knows no store, only the connection of a transaction.
"""
