"""By what a report day was made: the code, the chosen parameters, and the staged batches it rests on."""

import ast
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path

from config.pipeline import Parameters
from tasks.freshness.batches import Reach, fingerprint, inputs_by_day, staged_batches
from tasks.freshness.ledger import Fingerprints
from tasks.store.root import DataRoot

TASKS = Path(__file__).parents[1]
ROOMS = ("datasets", "divergence", "followers", "metrics", "reports", "schema")
FILES = ("measure.py", "judge.py", "retrospective.py", "report.py")
STORE = ("flat.py", "months.py", "parquet.py", "reports.py", "stream.py", "work.py")
"""The code between staged tables and reports; what reads X or an export shows itself in the staged tables."""
LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy")
SECTIONS = ("bluesky", "budget", "page", "prices", "reading", "run")
"""Numbers that decide what is read, what it costs, who computes and what is shown, not what is reported."""


def fingerprints(root: DataRoot, days: Sequence[date], parameters: Parameters) -> dict[date, Fingerprints]:
    """What each report day would rest on if it were derived now."""
    reach = Reach(parameters.report.lookback_days, parameters.measures.history_days)
    inputs = inputs_by_day(staged_batches(root), days, reach)
    config = config_fingerprint(parameters)
    return {day: Fingerprints(code_fingerprint(), config, inputs[day]) for day in days}


@cache
def code_fingerprint() -> str:
    """Changes with every statement of that code and every version of its libraries, not with comments or docstrings."""
    rooms = (path for room in ROOMS for path in sorted((TASKS / room).glob("**/*.py")))
    files = (*(TASKS / name for name in FILES), *(TASKS / "store" / name for name in STORE))
    parsed = [f"{path.relative_to(TASKS)} {_statements(path)}" for path in (*rooms, *files)]
    return fingerprint([*parsed, *(f"{name} {version(name)}" for name in LIBRARIES)])


def config_fingerprint(parameters: Parameters) -> str:
    """Changes with every chosen number that a report rests on."""
    sections = asdict(parameters)
    return fingerprint([f"{name} {values!r}" for name, values in sorted(sections.items()) if name not in SECTIONS])


def _statements(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [statement for statement in body if not _is_docstring(statement)]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_docstring(statement: ast.AST) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )
