"""What a column is and what a table is: each column said once."""
