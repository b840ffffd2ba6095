"""When, and in what order: each flow is run as `python -m flows.<name>`."""
