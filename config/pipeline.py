"""Every chosen number, from `pipeline.toml`, as the frozen dataclasses that the rooms ask for."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_type_hints

from pydantic import Field, TypeAdapter, ValidationError

from config.refusal import RefusedError, sentence, toml_content
from config.storage import PIPELINE
from tasks.divergence.pace import PaceParameters
from tasks.followers.retrospective import RetrospectiveParameters
from tasks.freshness.fingerprints import FreshnessParameters
from tasks.metrics.parameters import CommunityParameters, EngagementParameters, VanityParameters
from tasks.page.parameters import PageParameters
from tasks.reports.counterfactual import CounterfactualParameters
from tasks.reports.daily import MeasureParameters
from tasks.reports.judgement import JudgementParameters, JudgeParameters
from tasks.reports.retrospective import ListSearchParameters
from tasks.sources.bluesky.wish import BlueskyParameters
from tasks.sources.x_api.parameters import Limits, Prices, ReadingParameters

Section = TypeVar("Section")


@dataclass(frozen=True)
class ReportParameters:
    """How many days a daily run derives anew, because readings that came later complete them."""

    lookback_days: Annotated[int, Field(ge=0)]


@dataclass(frozen=True)
class RunParameters:
    """Where everything is written, who measures shards, how many at once, and how large one is.

    Reports do not depend on it.
    `storage` is a folder or the URI of one; empty for the setting `data_root`, which goes before it.
    `dask_address` is that of a cluster's scheduler; empty for a cluster of this machine's own, for the run alone.
    """

    storage: str
    runner: Literal["threads", "dask"]
    workers_count: Annotated[int, Field(ge=1)]
    dask_address: str
    shard_account_days: Annotated[int, Field(ge=1)]


@dataclass(frozen=True)
class PageSection:
    """When the page is drawn, and how much it holds: the most urgent accounts and the latest days."""

    after_each_run: bool
    accounts_count: Annotated[int, Field(ge=1)]
    days_count: Annotated[int, Field(ge=1)]

    @property
    def shown(self) -> PageParameters:
        """The same, as the page asks for it."""
        return PageParameters(self.accounts_count, self.days_count)


@dataclass(frozen=True)
class Parameters:
    """All sections of `pipeline.toml`."""

    report: ReportParameters
    run: RunParameters
    page: PageSection
    reading: ReadingParameters
    budget: Limits
    prices: Prices
    engagement: EngagementParameters
    community: CommunityParameters
    pace: PaceParameters
    vanity: VanityParameters
    bluesky: BlueskyParameters
    judge: JudgeParameters
    counterfactual: CounterfactualParameters
    retrospective: RetrospectiveParameters

    @property
    def measures(self) -> MeasureParameters:
        """The numbers that the measures ask for."""
        return MeasureParameters(self.engagement, self.community, self.pace, self.vanity)

    @property
    def freshness(self) -> FreshnessParameters:
        """What decides whether a report day is stale."""
        maturity_hours = self.engagement.maturity_hours
        lookback_days = self.report.lookback_days
        return FreshnessParameters(asdict(self), lookback_days, self.measures.history_days, maturity_hours)

    @property
    def judging(self) -> JudgementParameters:
        """The numbers that the judgement asks for."""
        return JudgementParameters(self.judge, self.vanity, self.counterfactual, self.community.core_days_count)

    @property
    def looking_back(self) -> ListSearchParameters:
        """The numbers that the retrospective asks for."""
        return ListSearchParameters(self.retrospective, self.judge.largest_violation_share)


def load_parameters(config_dir: Path) -> Parameters:
    """The chosen numbers; `RefusedError` naming the file, the section and the key when one cannot be used."""
    path = config_dir / PIPELINE
    content = toml_content(path)
    sections = get_type_hints(Parameters)
    if unknown := sorted(content.keys() - sections.keys()):
        message = f"{path}: unknown section: {', '.join(unknown)}"
        raise RefusedError(message)
    return Parameters(**{name: _section(path, name, kind, content) for name, kind in sections.items()})


def _section(path: Path, name: str, kind: type[Section], content: dict[str, Any]) -> Section:
    values = content.get(name, {})
    if unknown := list(_unknown(kind, values)):
        message = f"{path}: [{name}]: unknown: {', '.join(unknown)}"
        raise RefusedError(message)
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as problem:
        message = f"{path}: [{name}]: {sentence(problem)}"
        raise RefusedError(message) from None


def _unknown(kind: type[Any], values: dict[str, Any]) -> Iterator[str]:
    """Keys that the dataclass, or one inside it, does not have."""
    hints = get_type_hints(kind)
    for name in sorted(values):
        if name not in hints:
            yield name
        elif is_dataclass(hints[name]) and isinstance(values[name], dict):
            yield from (f"{name}.{inner}" for inner in _unknown(hints[name], values[name]))
