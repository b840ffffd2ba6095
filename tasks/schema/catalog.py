"""Every declared table."""

from tasks.schema.report_tables import REPORT_TABLES
from tasks.schema.staged import STAGED_TABLES

ALL_TABLES = (*STAGED_TABLES, *REPORT_TABLES)
"""All tables, in the order in which a day flows through them."""

__all__ = ["ALL_TABLES", "REPORT_TABLES", "STAGED_TABLES"]
