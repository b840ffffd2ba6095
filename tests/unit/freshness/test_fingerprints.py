"""The code that derives reports is found and hashed whole, and nothing else is."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grimp
import pytest

from tasks.freshness.fingerprints import ENTRY_POINTS, PROJECT, config_fingerprint, derivation_files, source_digests


def _modules(project: Path) -> set[str]:
    """The derivation's files by the dotted names of their modules."""
    parts = (path.relative_to(project).with_suffix("").parts for path in derivation_files(project))
    return {".".join(part[:-1] if part[-1] == "__init__" else part) for part in parts}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the product's source."""
    for package in ("tasks", "flows", "config"):
        shutil.copytree(PROJECT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_derivation_is_what_an_independent_tool_finds() -> None:
    """Grimp builds the graph of imports from syntax trees; packages are run too when a module of theirs is imported."""
    graph = grimp.build_graph("tasks", "config", "flows", cache_dir=None)
    reached = set(ENTRY_POINTS).union(*(graph.find_upstream_modules(name) for name in ENTRY_POINTS))
    around = {name.rsplit(".", depth)[0] for name in reached for depth in range(1, name.count(".") + 1)}
    assert reached | around == _modules(PROJECT)


WORDS_IN_REPORTS = {
    "tasks.page",
    *(f"tasks.page.{name}" for name in ("clearance", "codes", "hero", "inputs", "next_reading", "wave_facts", "words")),
}
"""The sentence of `account_summary` is a report, and so are its words."""


def test_what_reads_or_draws_is_not_part_of_the_derivation() -> None:
    """A change in how X is asked or a page is drawn leaves report days as they are."""
    elsewhere = ("tasks.sources", "tasks.page", "flows", "config")
    assert {name for name in _modules(PROJECT) if name.startswith(elsewhere)} == WORDS_IN_REPORTS


def test_a_change_in_any_of_its_files_makes_days_stale_and_a_change_elsewhere_does_not(project: Path) -> None:
    """Every byte of the derivation counts, comments too, and no byte of any other file."""
    files = derivation_files(project)
    before = source_digests(files, project)
    for path in set(project.rglob("*.py")) - set(files):
        path.write_bytes(path.read_bytes() + b"# changed\n")
    assert before == source_digests(derivation_files(project), project)
    for path in files:
        path.write_bytes(path.read_bytes() + b"# changed\n")
    assert not set(before) & set(source_digests(derivation_files(project), project))
    assert len(files) == len(set(before))


@pytest.mark.parametrize(
    "statement",
    [
        "from tasks import added",
        "from tasks.added import (  # the parenthesis (of a comment)\n    name,  # said\n)",
        "import tasks.added as another",
        "def late() -> None:\n    from tasks.added import name  # noqa: PLC0415 - late",
    ],
)
def test_every_way_to_import_a_module_is_found(project: Path, statement: str) -> None:
    """At the head, over several lines, by another name, and within a function."""
    (project / "tasks" / "added.py").write_text("name = 1\n", encoding="utf-8")
    assert "tasks.added" not in _modules(project)
    with (project / "tasks" / "measure.py").open("a", encoding="utf-8") as file:
        file.write(f"\n\n{statement}\n")
    assert "tasks.added" in _modules(project)


def test_many_threads_at_once_find_the_same() -> None:
    """Shards are measured in threads while others plan, so that nothing here may mind company."""
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda _: source_digests(derivation_files()), range(32)))
    assert [source_digests(derivation_files())] * 32 == found


def test_parameters_that_only_decide_what_is_read_leave_days_as_they_are() -> None:
    """A budget is no part of a report; a window is."""
    before = config_fingerprint({"budget": 1, "engagement": 28})
    assert before == config_fingerprint({"budget": 2, "engagement": 28})
    assert before != config_fingerprint({"budget": 1, "engagement": 29})
