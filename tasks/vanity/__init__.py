"""What the counts say: the Klout-style family of scores."""
