"""Who arrived when, and how the arrivals compare with the followers before them."""
