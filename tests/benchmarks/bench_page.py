"""How large the page is and how fast it opens: `python -m tests.benchmarks.bench_page`.

100 accounts over 365 days, each with an event, a community and 5,000 followers on its map, in real Chromium.
"""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from tests.benchmarks.figures import Figure, record
from tests.page.conftest import ARGUMENTS, CHROMIUM
from tests.page.made import hundred_accounts

PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
OPENINGS = 5


def main() -> None:
    """Print the page's size, when its first words stood, and when the first account's charts were drawn."""
    with TemporaryDirectory() as folder:
        begun = time.perf_counter()
        path = hundred_accounts(Path(folder))
        say(f"page of 100 accounts x 365 days: {path.stat().st_size / 1e6:.2f} MB (bar: 5 MB)")
        size = path.stat().st_size / 1e6
        record(Figure("page", "page of 100 accounts x 365 days", size, "MB", at_most=5))
        say(f"reports and page made in {time.perf_counter() - begun:.1f} s")
        if not CHROMIUM.exists():
            say(f"not opened: {CHROMIUM} is missing; `make browser` installs it")
            return
        painted, drawn = zip(*(opening(path) for _ in range(OPENINGS)), strict=True)
        record(Figure("page", "first paint", median(painted), "s", at_most=2))
        record(Figure("page", "first charts drawn", median(drawn), "s"))
        say(f"first paint {median(painted):.2f} s (bar: 2 s), first charts drawn {median(drawn):.2f} s; median of 5")


def opening(path: Path) -> tuple[float, float]:
    """Seconds to the first paint and to the first account's charts, in a fresh browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.goto(path.as_uri())
        page.wait_for_selector("section.account[data-drawn]")
        painted = page.evaluate(PAINT)
        drawn = page.evaluate("performance.now()")
        browser.close()
    return painted / 1000, drawn / 1000


def median(seconds: tuple[float, ...]) -> float:
    """The middle one."""
    return sorted(seconds)[len(seconds) // 2]


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
