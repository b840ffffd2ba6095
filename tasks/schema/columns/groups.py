"""Which group a column belongs to, so that a tool can fold a wide table: the file that declares it, in words."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType

from tasks.schema.column import Column
from tasks.schema.columns import (
    cohorts,
    community,
    counts,
    divergence,
    engagement,
    followers,
    identity,
    judged_days,
    lists,
    pace,
    posts,
    readings,
    reference,
    shared_days,
    summary,
    vanity,
)

GROUPS: Mapping[str, ModuleType] = {
    "who and when": identity,
    "counts": counts,
    "vanity score": vanity,
    "engagement": engagement,
    "people who engage": community,
    "count beside community": pace,
    "how closely judged": judged_days,
    "event": divergence,
    "who arrived": cohorts,
    "posts": posts,
    "follower list": lists,
    "followers": followers,
    "at a glance": summary,
    "accounts together": shared_days,
    "reading": readings,
    "reference": reference,
}


def group_of(column: Column) -> str:
    """The group of a declared column; KeyError for one that stands in no file of the groups."""
    return _group_by_name()[column.name]


@cache
def _group_by_name() -> Mapping[str, str]:
    """The first group in which each column stands."""
    named = [(column.name, group) for group, module in GROUPS.items() for column in _columns(module)]
    return dict(reversed(named))


def _columns(module: ModuleType) -> Iterator[Column]:
    for value in vars(module).values():
        if isinstance(value, Column):
            yield value
        elif isinstance(value, tuple):
            yield from (each for each in value if isinstance(each, Column))
