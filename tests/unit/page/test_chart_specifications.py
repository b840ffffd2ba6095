"""The charts that runs read are those that are declared."""

from tasks.page.chart_specifications import specifications_text
from tasks.page.charts import SPECIFICATIONS
from tasks.page.template import TEMPLATES


def test_the_charts_that_are_kept_are_those_that_altair_makes_of_their_declaration() -> None:
    """`make dictionary` writes them: whoever changes a declaration, or Altair, and forgets it, is told here."""
    assert (TEMPLATES / SPECIFICATIONS).read_text(encoding="utf-8") == specifications_text()
