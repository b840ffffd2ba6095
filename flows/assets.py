"""Asset events: each published table is told to the Prefect server as an asset that the run has materialized.

The open-source server keeps the events and shows no page for assets; automations can wait for them.
"""

import json
from collections.abc import Mapping
from typing import Any

from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize

from tasks.schema.report_tables import REPORT_TABLES
from tasks.schema.table import Table
from tasks.store import layout
from tasks.store.root import DataRoot

SCHEME = "vanitygap://reports"
TOLD = ("path", "rows_count", "bytes_count", "sha256")
"""What is said of a table: where it lies, how much it holds, and by what it is known again; never a row of it."""


def tell_assets(root: DataRoot) -> None:
    """Tell of every table in the manifest; nothing happens where nothing was published yet."""
    if not root.exists(layout.MANIFEST):
        return
    entries = json.loads(root.read_bytes(layout.MANIFEST))["files"]
    written = {entry["path"]: entry for entry in entries}
    tables = [table for table in REPORT_TABLES if str(layout.latest_file(table)) in written]
    assets = {table: _asset(root, table) for table in tables}
    if assets:
        told = {asset.key: _said(written[str(layout.latest_file(table))]) for table, asset in assets.items()}
        materialize(*assets.values(), name="publish", by="vanity-gap")(_publish)(told)


def _asset(root: DataRoot, table: Table) -> Asset:
    place = f"{root.name}/{layout.latest_file(table)}"
    known = AssetProperties(name=table.name, description=table.meaning, url=place)
    return Asset(key=f"{SCHEME}/{table.name}", properties=known)


def _said(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entry[key] for key in TOLD}


def _publish(told: Mapping[str, dict[str, Any]]) -> None:
    """The task's body: the tables lie there already, so it only says what they hold."""
    for key, said in told.items():
        add_asset_metadata(key, said)
