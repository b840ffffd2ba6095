"""Asset events: each published table is told to the Prefect server as an asset that the run has materialized.

The open-source server keeps the events and shows no page for assets; automations can wait for them.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize

from tasks.store import layout
from tasks.store.root import DataRoot
from tasks.tables.reported import REPORT_TABLES

SCHEME = "vanitygap://reports"
TOLD = ("path", "rows_count", "bytes_count", "sha256")
"""What is said of a table: where it lies, how much it holds, and by what it is known again; never a row of it."""


def tell_assets(root: DataRoot) -> None:
    """Tell of every table in the manifest; nothing happens where nothing was published yet."""
    if not root.exists(layout.MANIFEST):
        return
    entries = json.loads(root.read_bytes(layout.MANIFEST))["files"]
    by_name = {str(entry["path"]).rpartition("/")[2].removesuffix(".parquet"): entry for entry in entries}
    assets = [_asset(root, name) for name in by_name if name in _MEANINGS]
    if assets:
        materialize(*assets, name="publish", by="vanity-gap")(_publish)(_told(by_name))


_MEANINGS = {table.name: table.meaning for table in REPORT_TABLES}


def _asset(root: DataRoot, name: str) -> Asset:
    known = AssetProperties(name=name, description=_MEANINGS[name], url=f"{root.name}/{layout.LATEST}/{name}.parquet")
    return Asset(key=_key(name), properties=known)


def _key(name: str) -> str:
    return f"{SCHEME}/{name}"


def _told(by_name: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (_key(name), {key: entry[key] for key in TOLD}) for name, entry in sorted(by_name.items()) if name in _MEANINGS
    ]


def _publish(told: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """The task's body: the tables lie there already, so it only says what they hold."""
    for key, said in told:
        add_asset_metadata(key, said)
