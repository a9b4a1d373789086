"""The schema's history: `versions` holds one file a step, applied in order at start.

To change the schema, change `bot/storage/tables.py` and add the next `versions/000N_what.py`.
A step that is released is never edited. The tests compare its result with the tables.
"""
