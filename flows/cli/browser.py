"""The installed browser, which draws pages as PDF and as PNG; it is asked for nothing else, and loads nothing."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from config.refusal import RefusedError

NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"),
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
"""Chromium and what is made of it, by the names under which it is installed."""
OPTIONS = (
    *("--headless", "--disable-gpu", "--no-first-run", "--disable-sync", "--disable-background-networking"),
    *("--disable-component-update", "--hide-scrollbars", "--no-pdf-header-footer"),
)
SCALE = 2
"""Pixels of the PNG beside one of the page, so that it is sharp in print."""
PATIENCE_SECONDS = 120


class BrowserError(Exception):
    """The browser came to no end, or drew nothing."""


def find_browser() -> str:
    """The path of an installed Chromium; `RefusedError` where there is none."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        message = (
            "no Chromium is installed, which draws the PDF and the PNG: install the package chromium, or Google Chrome"
        )
        raise RefusedError(message)
    return found


def draw_page(html: str, path: Path, width: int, height: int) -> list[Path]:
    """The page, so many pixels large, as `path`.pdf and `path`.png, both or none."""
    browser = find_browser()
    # A browser that is confined to the user's own folders could not read a page in the system's temporary one.
    with TemporaryDirectory(prefix="vanity-gap-", dir=path.parent) as drawing:
        page = Path(drawing) / "page.html"
        page.write_text(html, encoding="utf-8")
        pdf, png = page.with_suffix(".pdf"), page.with_suffix(".png")
        _run(browser, [f"--print-to-pdf={pdf}"], page)
        window = [f"--window-size={width},{height}", f"--force-device-scale-factor={SCALE}", f"--screenshot={png}"]
        _run(browser, window, page)
        if not (pdf.exists() and png.exists()):
            message = f"{browser} drew nothing"
            raise BrowserError(message)
        return [made.replace(f"{path}{made.suffix}") for made in (pdf, png)]


def _run(browser: str, options: Sequence[str], page: Path) -> None:
    # Chromium refuses its sandbox to root; the page holds no script and may load nothing.
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    profile = f"--user-data-dir={page.parent / 'profile'}"
    command = [browser, *OPTIONS, *root, profile, *options, page.as_uri()]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_SECONDS)  # noqa: S603 - its own path
    except (subprocess.SubprocessError, OSError) as problem:
        message = f"{browser} came to no end: {type(problem).__name__}"
        raise BrowserError(message) from None
