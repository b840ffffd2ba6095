"""Where the page lies that a command has drawn."""

import webbrowser
from pathlib import Path

from config.settings import load_settings
from tasks.store.layout import PAGE
from tasks.store.root import DataRoot


def show_page(*, open_page: bool) -> None:
    """Print the path of the page, and open it in the browser where that is wished; nothing where there is none."""
    root = DataRoot(load_settings().data_root)
    if not root.exists(PAGE):
        return
    if root.local is None:
        print(f"page: {root.uri}/{PAGE}")  # noqa: T201 - a command line answers on standard output
        return
    path = Path(root.local / PAGE).absolute()
    print(f"page: {path}")  # noqa: T201 - as above
    if open_page:
        webbrowser.open(path.as_uri())
