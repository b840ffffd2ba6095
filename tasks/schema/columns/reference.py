"""Columns of tables to look up in: published figures for comparison, never thresholds, and the data dictionary."""

from tasks.schema.column import Column

BENCHMARK_COLUMNS = (
    Column("benchmark_id", "string", "The figure: publisher, year and group."),
    Column("publisher", "string", "Who published it."),
    Column("figure", "string", "What the figure is, in words."),
    Column("denominator", "string", "The denominator.", values=("followers", "impressions", "not_stated")),
    Column("accounts_group", "string", "Which accounts it describes."),
    Column(
        "publication_year",
        "int64",
        "Year to which the figure belongs.",
        unit="year",
        null_rule="Null when the publisher does not state it.",
    ),
    Column("benchmark_value", "float64", "The figure as a part of one, never a percentage.", unit="1", minimum=0),
    Column(
        "benchmark_low",
        "float64",
        "Lower quartile of the accounts.",
        unit="1",
        minimum=0,
        null_rule="Null when it was not published.",
    ),
    Column(
        "benchmark_high",
        "float64",
        "Upper quartile of the accounts.",
        unit="1",
        minimum=0,
        null_rule="Null when it was not published.",
    ),
    Column("formula_text", "string", "How the figure is made, as far as the publisher says."),
    Column("caveat", "string", "Why it is context and no norm."),
)


_NOT_NEEDED = "Null when there is nothing to say."

DICTIONARY_COLUMNS = (
    Column("table_name", "string", "The table."),
    Column("column_name", "string", "The column."),
    Column("column_position", "int64", "Place of the column in its table, from 0.", unit="place", minimum=0),
    Column("column_group", "string", "What the column is about: columns of a group belong together."),
    Column("column_type", "string", "Arrow type of the column."),
    Column("is_key", "bool", "Whether the column is part of the table's key."),
    Column("meaning", "string", "What the column means."),
    Column("unit", "string", "Unit of the values.", null_rule=_NOT_NEEDED),
    Column("formula", "string", "How the value is computed.", null_rule=_NOT_NEEDED),
    Column("fact_source", "string", "Where the fact or the formula comes from.", null_rule=_NOT_NEEDED),
    Column("null_rule", "string", "When the value is null.", null_rule="Null when the column is never null."),
    Column("allowed_values", "string", "The closed list of codes.", null_rule="Null when any value may stand."),
    Column("table_grain", "string", "What one row of the table is."),
)
