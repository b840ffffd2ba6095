"""The command `vanity-gap`."""
