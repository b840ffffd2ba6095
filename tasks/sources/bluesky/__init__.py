"""Bluesky: a second network, read for nothing and without an account, into the same staged tables."""
