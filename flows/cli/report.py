"""One page to hand to a client, as PDF and PNG: `vanity-gap report --help`."""

import re
from pathlib import Path

from config.annotations import load_annotations
from config.refusal import RefusedError
from config.settings import load_settings
from flows.cli.browser import draw_page, find_browser
from flows.cli.show import story_of
from tasks.datasets.page_inputs import read_notice
from tasks.page.client_report import PAGE_HEIGHT, PAGE_WIDTH, render_client_report
from tasks.page.words import format_day
from tasks.store.root import DataRoot


def write_client_report(handle: str, output: Path, data_root: str | None) -> list[Path]:
    """The PDF and the PNG of the account's page in the folder `output`; `RefusedError` where nothing can be drawn."""
    find_browser()
    settings = load_settings()
    root, story = data_root or settings.data_root, story_of(handle, data_root)
    html = render_client_report(story, load_annotations(settings.config_dir), read_notice(DataRoot(root)))
    name = f"{re.sub(r'[^A-Za-z0-9_.-]', '_', story.handle)}-{format_day(story.now['report_date'])}"
    try:
        output.mkdir(parents=True, exist_ok=True)
        return draw_page(html, output.resolve() / name, PAGE_WIDTH, PAGE_HEIGHT)
    except OSError as problem:
        message = f"{output}: cannot be written to ({problem.strerror or type(problem).__name__})"
        raise RefusedError(message) from None
