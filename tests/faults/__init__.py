"""Everything that goes wrong, with files of people and with the machine."""

TODAY = {"VANITY_GAP_CLOCK": "2026-11-29T12:00:00+00:00", "VANITY_GAP_X_BASE_URL": "http://127.0.0.1:9"}
"""The environment of a command on one day, which asks X nothing."""
