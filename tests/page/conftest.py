"""A real browser without a network, and the page made from invented reports."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tasks.datasets.page_inputs import read_page_inputs
from tasks.page.page import render_page
from tasks.store.root import DataRoot
from tasks.store.tables import Tables
from tests.page.made import reports

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)


@dataclass
class Reader:
    """Somebody who opens a page: what the console said, and which requests tried to leave."""

    page: Page
    said: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen."""
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.left.append(request.url))

    def open(self, path: Path, anchor: str = "") -> None:
        """Open the file at an account, and wait until its charts stand."""
        self.page.goto("about:blank")
        self.page.goto(f"{path.as_uri()}{anchor}")
        self.page.wait_for_selector("section.account[data-drawn]")

    @property
    def strangers(self) -> list[str]:
        """Requests for anything but a file or an empty page."""
        return [url for url in self.left if not url.startswith(("file:", "about:"))]


@dataclass(frozen=True)
class Screen:
    """A window: its width, light or dark, and whether scripts run."""

    width: int = 1200
    scheme: Literal["light", "dark"] = "light"
    has_scripts: bool = True


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a window."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is missing; `make browser` installs it")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Somebody before a screen, 1,200 pixels wide and light unless the test says otherwise."""
    screen = getattr(request, "param", Screen())
    context = browser.new_context(
        viewport={"width": screen.width, "height": 800},
        color_scheme=screen.scheme,
        java_script_enabled=screen.has_scripts,
        offline=True,
    )
    yield Reader(context.new_page())
    context.close()


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """The invented reports."""
    return reports(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def index(root: DataRoot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the invented reports."""
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(render_page(read_page_inputs(Tables(root))), encoding="utf-8")
    return path
