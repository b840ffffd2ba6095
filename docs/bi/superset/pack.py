"""Packs a Superset dashboard over your reports: `python docs/bi/superset/pack.py REPORTS_FOLDER ZIP_FILE`.

The file is what Superset imports (Dashboards, Import, or `superset import-dashboards`).
Datasets are the ready questions of `sql/`, word for word; everything else is declared below.
"""  # noqa: INP001 - a script, beside the page that explains it

import json
import sys
import uuid
import zipfile
from pathlib import Path
from typing import Any

import duckdb

QUESTIONS = Path(__file__).parents[3] / "sql"
DATABASE = "Vanity Gap"
DASHBOARD = "Followers beside community"
DAYS = "account_daily"
DATASETS = ("accounts_by_gap", "which_accounts_diverged_this_month")
"""Ready questions that become datasets, beside the days of all accounts."""

_NAMESPACE = uuid.UUID("6b0f4c0e-3f57-4c57-9f0c-7a6c9a1d2e11")


def _id(name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, name))


def _question(name: str) -> str:
    if name == DAYS:
        return f"select * from 'latest/{DAYS}.parquet'"  # noqa: S608 - a constant
    return (QUESTIONS / f"{name}.sql").read_text(encoding="utf-8").rstrip().rstrip(";")


def _database(reports: Path) -> dict[str, Any]:
    """DuckDB in memory: it opens the files read-only, and `file_search_path` says where `latest/` lies."""
    connect = {"config": {"file_search_path": str(reports)}}
    return {
        "database_name": DATABASE,
        "sqlalchemy_uri": "duckdb:///:memory:",
        "expose_in_sqllab": True,
        "extra": {"allows_virtual_table_explore": True, "engine_params": {"connect_args": connect}},
        "uuid": _id(DATABASE),
        "version": "1.0.0",
    }


def _dataset(name: str, reports: Path) -> dict[str, Any]:
    """A question as a virtual dataset, its columns as DuckDB describes them; days are times to Superset."""
    connection = duckdb.connect(config={"file_search_path": str(reports)})
    columns = connection.execute(f"describe {_question(name)}").fetchall()
    return {
        "table_name": name,
        "sql": _question(name),
        "main_dttm_col": "report_date" if name == DAYS else None,
        "columns": [
            {"column_name": column, "type": kind, "is_dttm": kind == "DATE", "groupby": True, "filterable": True}
            for column, kind, *_ in columns
        ],
        "metrics": [],
        "uuid": _id(f"dataset {name}"),
        "database_uuid": _id(DATABASE),
        "version": "1.0.0",
    }


def _answer(title: str, dataset: str, columns: list[str]) -> dict[str, Any]:
    said = {"all_columns": columns, "table_timestamp_format": "%Y-%m-%d", "show_cell_bars": False}
    return _chart(title, dataset, "table", {"query_mode": "raw", "row_limit": 1000, **said})


def _line(title: str, column: str, *, log_axis: bool) -> dict[str, Any]:
    newest = {"expressionType": "SQL", "sqlExpression": f"max({column})", "label": column}
    said = {
        "x_axis": "report_date",
        "time_grain_sqla": "P1D",
        "metrics": [newest],
        "groupby": ["handle"],
        "logAxis": log_axis,
        "truncateYAxis": log_axis,
        "row_limit": 50_000,
        "show_legend": True,
    }
    return _chart(title, DAYS, "echarts_timeseries_line", said)


def _chart(title: str, dataset: str, kind: str, said: dict[str, Any]) -> dict[str, Any]:
    return {
        "slice_name": title,
        "viz_type": kind,
        "params": {"viz_type": kind, **said},
        "uuid": _id(f"chart {title}"),
        "dataset_uuid": _id(f"dataset {dataset}"),
        "version": "1.0.0",
    }


ROWS = (
    (
        _answer(
            "Accounts by gap",
            "accounts_by_gap",
            ["handle", "followers_count", "vanity_gap", "vanity_gap_low", "vanity_gap_high", "pace_state"],
        ),
        _answer(
            "Diverged this month",
            "which_accounts_diverged_this_month",
            ["handle", "rising_since", "unexplained_followers_count", "verdicts", "outrunning_since"],
        ),
    ),
    (
        _line("Followers, day by day", "followers_count", log_axis=True),
        _line("Points by which the count is ahead of the community", "vanity_gap", log_axis=False),
    ),
)
"""The charts of the dashboard, row by row."""


def _dashboard() -> dict[str, Any]:
    names = [f"ROW-{number}" for number in range(len(ROWS))]
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": names, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": DASHBOARD}},
    }
    for name, charts in zip(names, ROWS, strict=True):
        places = [_place(chart, name, 12 // len(charts)) for chart in charts]
        row = {"type": "ROW", "id": name, "children": [place["id"] for place in places]}
        position[name] = row | {"parents": ["ROOT_ID", "GRID_ID"], "meta": {"background": "BACKGROUND_TRANSPARENT"}}
        position |= {place["id"]: place for place in places}
    said = {"dashboard_title": DASHBOARD, "slug": "vanity-gap", "position": position, "metadata": {}}
    return said | {"uuid": _id(DASHBOARD), "version": "1.0.0"}


def _place(chart: dict[str, Any], row: str, width: int) -> dict[str, Any]:
    meta = {"uuid": chart["uuid"], "sliceName": chart["slice_name"], "width": width, "height": 50, "chartId": 0}
    place = {"type": "CHART", "id": f"CHART-{chart['uuid'][:8]}", "children": [], "meta": meta}
    return place | {"parents": ["ROOT_ID", "GRID_ID", row]}


def pack(reports: Path, target: Path) -> None:
    """Write the dashboard over the reports folder (the one that holds `latest/`) as a file that Superset imports."""
    parts: dict[str, dict[str, Any]] = {
        "metadata.yaml": {"version": "1.0.0", "type": "Dashboard", "timestamp": "2026-01-01T00:00:00+00:00"},
        "databases/vanity_gap.yaml": _database(reports),
        "dashboards/vanity_gap.yaml": _dashboard(),
    }
    parts |= {f"datasets/vanity_gap/{name}.yaml": _dataset(name, reports) for name in (DAYS, *DATASETS)}
    parts |= {f"charts/{chart['uuid']}.yaml": chart for row in ROWS for chart in row}
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in parts.items():
            # JSON is YAML.
            packed.writestr(f"vanity_gap/{name}", json.dumps(content, indent=2))


if __name__ == "__main__":
    pack(Path(sys.argv[1]).absolute(), Path(sys.argv[2]))
