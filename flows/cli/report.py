"""One page to hand to a client, as PDF and PNG: `vanity-gap report --help`."""

import re
from pathlib import Path

from config.refusal import RefusedError
from flows.cli.browser import draw_page, find_browser
from flows.cli.show import story_of
from tasks.page.client_report import PAGE_HEIGHT, PAGE_WIDTH, render_client_report
from tasks.page.words import format_day


def write_client_report(handle: str, output: Path, data_root: str | None) -> list[Path]:
    """The PDF and the PNG of the account's page in the folder `output`; `RefusedError` where nothing can be drawn."""
    find_browser()
    story = story_of(handle, data_root)
    name = f"{re.sub(r'[^A-Za-z0-9_.-]', '_', story.handle)}-{format_day(story.now['report_date'])}"
    try:
        output.mkdir(parents=True, exist_ok=True)
        return draw_page(render_client_report(story), output.resolve() / name, PAGE_WIDTH, PAGE_HEIGHT)
    except OSError as problem:
        message = f"{output}: cannot be written to ({problem.strerror or type(problem).__name__})"
        raise RefusedError(message) from None
