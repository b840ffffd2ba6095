"""A plan as text: a table of what is read, why, and what it costs."""

from collections.abc import Sequence
from decimal import Decimal

from tasks.sources.x_api.budget import Budget
from tasks.sources.x_api.plan import Planned

HEADINGS = ("account", "reads", "objects", "USD", "at most", "why")
UNKNOWN = "?"


def render(rows: Sequence[Planned], budget: Budget) -> str:
    """The plan as lines: a table, then what all of it costs likely and at most."""
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = [_line(line, widths) for line in cells]
    return "\n".join([*lines, "", *totals(rows, budget)])


def as_rows(rows: Sequence[Planned]) -> list[dict[str, str]]:
    """The plan as rows for a table elsewhere, such as an artifact of a run."""
    return [dict(zip(HEADINGS, _cells(row), strict=True)) for row in rows]


def most_usd(rows: Sequence[Planned], budget: Budget) -> Decimal:
    """What the whole plan costs at most: never more than the budgets leave."""
    return min(sum((row.most_usd for row in rows), Decimal(0)), max(budget.left, Decimal(0)))


def totals(rows: Sequence[Planned], budget: Budget) -> list[str]:
    """What the plan costs likely and at most, and what is not certain of it, as sentences."""
    likely = sum((row.likely_usd for row in rows if row.likely_usd is not None), Decimal(0))
    unknown = sum(row.likely_usd is None for row in rows)
    said = [f"Likely {_usd(likely)}, at most {_usd(most_usd(rows, budget))}: the budgets leave {_usd(budget.left)}."]
    if unknown:
        said.append(f"{unknown} of {len(rows)} readings cannot be foretold: nothing was read of them so far.")
    if likely > budget.left:
        said.append("The budgets do not reach: what does not fit is left unread today, and named in the reports.")
    return said


def _cells(row: Planned) -> tuple[str, ...]:
    objects = UNKNOWN if row.likely_count is None else f"{row.likely_count:,}"
    price = UNKNOWN if row.likely_usd is None else _usd(row.likely_usd)
    return (row.handle, row.subject, objects, price, _usd(row.most_usd), row.why)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    aligned = [
        cell.rjust(width) if place in {2, 3, 4} else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join(aligned).rstrip()


def _usd(amount: Decimal) -> str:
    return f"${amount:,.3f}"
