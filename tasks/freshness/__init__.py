"""Whether a report day is missing, stale or done, and why."""
