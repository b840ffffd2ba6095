"""What tasks read in bulk, put together from tables."""
