"""The page is published beside the reports from which it is made."""

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.worlds import INVENTED
from tasks.page.parameters import USUAL
from tasks.publish import publish
from tasks.store.layout import NOTICE_FILE
from tasks.store.root import DataRoot
from tests.page.conftest import CHROMIUM

REPOSITORY = Path(__file__).parents[2]


def test_publishing_twice_gives_the_same_bytes(root: DataRoot) -> None:
    """The page lies in the reports folder, and says the same when the reports do."""
    path = Path(root.uri) / publish.fn(root, USUAL)
    assert "reports/index.html" == path.relative_to(root.uri).as_posix()
    first = path.read_bytes()
    publish.fn(root, USUAL)
    assert first == path.read_bytes()
    assert [] == [leftover.name for leftover in path.parent.iterdir() if leftover.name.startswith(".")]


def test_the_page_names_no_address(root: DataRoot) -> None:
    """Outside of the drawing library's own text the page holds no address that could be asked."""
    html = (Path(root.uri) / publish.fn(root, USUAL)).read_text(encoding="utf-8")
    own = html[: html.index("<script>")] + html[html.rindex("<script>") :]
    assert "://" not in own
    assert "default-src &#39;none&#39;" in own
    assert "unsafe-eval" not in own


def test_the_page_of_the_demonstration_says_that_it_is_invented(root: DataRoot) -> None:
    """Before the first account stands that accounts and money are invented; of one's own data nothing of it is said."""
    own = (Path(root.uri) / publish.fn(root, USUAL)).read_text(encoding="utf-8")
    notice = Path(root.uri) / NOTICE_FILE
    notice.write_text(INVENTED, encoding="utf-8")
    shown = (Path(root.uri) / publish.fn(root, USUAL)).read_text(encoding="utf-8")
    notice.unlink()
    assert "invented" not in own[: own.index("<script")]
    assert shown.index(INVENTED) < shown.index('class="card')
    assert "every account, follower and post here is invented, and so is the money" in INVENTED


def test_the_pictures_are_small(root: DataRoot, tmp_path: Path) -> None:
    """`sandbox.pictures` photographs the page into files below 200 kB; without a demonstration it refuses."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing; `make browser` installs it")
    done = _pictures(root.uri, tmp_path)
    assert 0 == done.returncode, done.stderr
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert {"overview.png", "account.png", "arrival-map.png", "phone.png"} == set(sizes)
    assert all(5_000 < size < 200_000 for size in sizes.values()), sizes
    assert 2 == _pictures(str(tmp_path / "none"), tmp_path).returncode


def _pictures(data_root: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sandbox.pictures", "--data-root", data_root, "--to", str(folder)]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)  # noqa: S603 - our own
