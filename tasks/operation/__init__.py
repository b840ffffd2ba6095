"""What an operator is shown and told: the plan of a backfill, the news of a run, its summary."""
