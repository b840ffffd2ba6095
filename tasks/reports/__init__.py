"""Each report table, assembled from staged tables by pure functions."""
