"""Makes the README's pictures from the demonstration: `python -m sandbox.pictures --help`, after `make run`.

Debian's Chromium photographs the page as it opens, without a network; `make browser` installs it.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from config.annotations import load_annotations
from tasks.datasets.page_inputs import read_page_inputs
from tasks.page.page import render_page
from tasks.page.parameters import USUAL
from tasks.store.root import DataRoot
from tasks.store.tables import Tables

REPOSITORY = Path(__file__).parents[1]

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
BAD_INPUT = 2
MARGIN = 16


@dataclass(frozen=True)
class Picture:
    """What is photographed: from the top of one element to the bottom of another, in light or dark.

    What `is_folded` away is opened first.
    """

    top: str
    bottom: str
    width: int = 1000
    is_folded: bool = False
    scheme: Literal["light", "dark"] = "light"


FRANK = "#at-frank"
PICTURES: Mapping[str, Picture] = {
    "overview.png": Picture("h1", ".card:nth-child(4)"),
    "arrival-map.png": Picture(f"{FRANK} figure:has([data-chart=map])", f"{FRANK} [data-chart=map]", is_folded=True),
    "account.png": Picture(f"{FRANK} h2", f"{FRANK} figure.proof:has([data-chart=count])"),
    "phone.png": Picture("h1", ".card:nth-child(2)", width=390, scheme="dark"),
}


def main() -> None:
    """The command line."""
    given = _arguments()
    if not CHROMIUM.exists():
        _refuse(f"{CHROMIUM} is missing; `make browser` installs it")
    inputs = read_page_inputs(Tables(DataRoot(str(given.data_root))))
    if "frank" not in set(inputs.days["handle"]):
        _refuse(f"{given.data_root} holds no demonstration; `make run` lives one")
    given.to.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "index.html"
        path.write_text(
            render_page(inputs, replace(USUAL, annotations=load_annotations(given.data_root / "config"))),
            encoding="utf-8",
        )
        photograph(path, given.to)
    print(f"{len(PICTURES)} pictures: {given.to}")  # noqa: T201 - a command line answers on standard output


def photograph(path: Path, folder: Path) -> None:
    """Open the page once per picture and write what it shows into the folder."""
    from playwright.sync_api import FloatRect, sync_playwright  # noqa: PLC0415 - needed here alone, and for tests

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, picture in PICTURES.items():
            view = browser.new_page(
                viewport={"width": picture.width, "height": 900}, color_scheme=picture.scheme, reduced_motion="reduce"
            )
            view.goto(f"{path.as_uri()}{FRANK}")
            view.wait_for_selector(f"{FRANK}[data-drawn]")
            if picture.is_folded:
                view.evaluate(f"document.querySelector('{FRANK} details.more').open = true")
                view.wait_for_selector(f"{picture.bottom}[data-done]")
            top = view.locator(picture.top).first.evaluate("(place) => place.getBoundingClientRect().top + scrollY")
            end = view.locator(picture.bottom).evaluate("(place) => place.getBoundingClientRect().bottom + scrollY")
            height = end - top + 2 * MARGIN
            frame = FloatRect(x=0, y=top - MARGIN, width=picture.width, height=height)
            view.screenshot(path=folder / name, full_page=True, clip=frame)
            view.close()
        browser.close()


def _refuse(sentence: str) -> None:
    print(f"refused: {sentence}", file=sys.stderr)  # noqa: T201 - and complains on standard error
    sys.exit(BAD_INPUT)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.pictures", description=__doc__)
    parser.add_argument(
        "--data-root", type=Path, default=REPOSITORY / "data" / "demo", metavar="DIR", help="the demonstration's data"
    )
    parser.add_argument(
        "--to", type=Path, default=REPOSITORY / "docs" / "pictures", metavar="DIR", help="where the pictures go"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
