"""The work: a file here is a Prefect task, a folder here is plain Python."""
