"""Published figures for comparison: context, never thresholds."""

from tasks.schema.column import Column

COLUMNS = (
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
