"""The disk edge: the only room that reads and writes Parquet."""
