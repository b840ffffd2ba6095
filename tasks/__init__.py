"""The work: a file here is a Prefect task, a folder here is plain Python."""

REFUSED = "Refused"
"""The name of the state in which a task ends that was given something it cannot use.

Its message is one sentence, its log has no traceback, and nothing was written.
"""
