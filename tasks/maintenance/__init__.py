"""Housekeeping: whom to forget, what to purge, what expires, what is compacted, and whether everything is whole."""
