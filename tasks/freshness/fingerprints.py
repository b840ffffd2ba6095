"""By what a report day was made: the code, the chosen parameters, and the staged batches it rests on."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path

from tasks.freshness.batches import fingerprint, inputs_by_day, staged_batches
from tasks.freshness.ledger import Fingerprints
from tasks.store.root import DataRoot

PROJECT = Path(__file__).parents[2]
ENTRY_POINTS = ("tasks.measure", "tasks.judge", "tasks.retrospective", "tasks.report")
"""The tasks between staged tables and reports; what reads X or an export shows itself in the staged tables."""
LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy")
UNREPORTED_SECTIONS = ("bluesky", "budget", "notify", "page", "prices", "reading", "run")
"""Parameters that decide what is read, what it costs, who computes and what is drawn, not what is reported."""
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(\((?:[^)#]|#.*)*\)|.*)|import[ \t]+(.*))", re.MULTILINE
)


@dataclass(frozen=True)
class FreshnessParameters:
    """The chosen parameters by section, and those of them by which a batch is felt on other days.

    A day's batch completes the `lookback_days` before it, and lies in the windows of the `history_days` after it.
    """

    sections: Mapping[str, object]
    lookback_days: int
    history_days: int


def day_fingerprints(root: DataRoot, days: Sequence[date], parameters: FreshnessParameters) -> dict[date, Fingerprints]:
    """What each report day would rest on if it were derived now."""
    inputs = inputs_by_day(staged_batches(root), days, parameters.lookback_days, parameters.history_days)
    code, config = code_fingerprint(), config_fingerprint(parameters.sections)
    return {day: Fingerprints(code, config, inputs[day]) for day in days}


@cache
def code_fingerprint() -> str:
    """Changes with every byte of the source that derives reports and every version of its libraries.

    Read once per process: it is the code that runs, even where its files change meanwhile.
    """
    return fingerprint([*source_digests(derivation_files()), *(f"{name} {version(name)}" for name in LIBRARIES)])


def source_digests(files: Sequence[Path], project: Path = PROJECT) -> list[str]:
    """Each file by its place in the project, and its SHA-256."""
    return [f"{path.relative_to(project).as_posix()} {sha256(path.read_bytes()).hexdigest()}" for path in files]


def derivation_files(project: Path = PROJECT) -> list[Path]:
    """Every source file of the project that the entry points import, directly or not, at their head or in a function.

    Import statements are found by their line, not by parsing: `ast` is not safe beside other threads in CPython 3.11.
    `FileNotFoundError` where an entry point has no file.
    """
    found: set[Path] = set()
    due = {project.joinpath(*name.split(".")).with_suffix(".py") for name in ENTRY_POINTS}
    named: set[str] = set()
    while due:
        found |= due
        names = {name for path in due for name in _imported_names(path.read_text(encoding="utf-8"))}
        due = {path for name in names - named for path in _module_files(name, project)} - found
        named |= names
    return sorted(found)


def config_fingerprint(sections: Mapping[str, object]) -> str:
    """Changes with every chosen number that a report rests on."""
    return fingerprint(
        [f"{name} {values!r}" for name, values in sorted(sections.items()) if name not in UNREPORTED_SECTIONS]
    )


def _imported_names(source: str) -> Iterator[str]:
    """Dotted names of the modules that a source imports, of the packages around them, and of what is no module."""
    for package, names, modules in _IMPORT.findall(source):
        words = re.findall(r"[\w.]+", re.sub("#.*", "", names or modules))
        for name in (f"{package}.{word}" for word in words) if package else words:
            yield from accumulate(name.split("."), "{}.{}".format)


def _module_files(name: str, project: Path) -> list[Path]:
    place = project.joinpath(*name.split("."))
    return [path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()]
