"""X API v2 through tweepy: X's words stop here."""
