"""The columns of the data dictionary itself."""

from tasks.schema.column import Column

NOT_NEEDED = "Null when there is nothing to say."

COLUMNS = (
    Column("table_name", "string", "The table."),
    Column("column_name", "string", "The column."),
    Column("column_position", "int64", "Place of the column in its table, from 0.", unit="place", minimum=0),
    Column("column_type", "string", "Arrow type of the column."),
    Column("is_key", "bool", "Whether the column is part of the table's key."),
    Column("meaning", "string", "What the column means."),
    Column("unit", "string", "Unit of the values.", null_rule=NOT_NEEDED),
    Column("formula", "string", "How the value is computed.", null_rule=NOT_NEEDED),
    Column("fact_source", "string", "Where the fact or the formula comes from.", null_rule=NOT_NEEDED),
    Column("null_rule", "string", "When the value is null.", null_rule="Null when the column is never null."),
    Column("allowed_values", "string", "The closed list of codes.", null_rule="Null when any value may stand."),
    Column("table_grain", "string", "What one row of the table is."),
)
