"""The page is published beside the reports from which it is made."""

from pathlib import Path

from tasks.publish import publish
from tasks.store.root import DataRoot


def test_publishing_twice_gives_the_same_bytes(root: DataRoot) -> None:
    """The page lies in the reports folder, and says the same when the reports do."""
    path = Path(root.uri) / publish.fn(root)
    assert "reports/index.html" == path.relative_to(root.uri).as_posix()
    first = path.read_bytes()
    publish.fn(root)
    assert first == path.read_bytes()
    assert [] == [leftover.name for leftover in path.parent.iterdir() if leftover.name.startswith(".")]


def test_the_page_names_no_address(root: DataRoot) -> None:
    """Outside of the drawing library's own text the page holds no address that could be asked."""
    html = (Path(root.uri) / publish.fn(root)).read_text(encoding="utf-8")
    own = html[: html.index("<script>")] + html[html.rindex("<script>") :]
    assert "://" not in own
    assert "default-src &#39;none&#39;" in own
    assert "unsafe-eval" not in own
