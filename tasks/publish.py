"""Shows what was reported: the page, beside the Parquet files from which it is made."""

from pathlib import PurePosixPath

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.datasets.page_inputs import read_page_inputs
from tasks.page.page import render_page
from tasks.page.parameters import PageParameters
from tasks.store.layout import PAGE
from tasks.store.root import DataRoot
from tasks.store.sealed import sealed_html
from tasks.store.tables import Tables


@task(cache_policy=NO_CACHE)
def publish(root: DataRoot, parameters: PageParameters) -> PurePosixPath:
    """The page of everything reported, put in its place in one move; gives its path.

    Call it inside the lock `reports`, after `report`, so that the page and the files beside it agree.
    """
    root.replace(PAGE, sealed_html(render_page(read_page_inputs(Tables(root)), parameters)))
    return PAGE
