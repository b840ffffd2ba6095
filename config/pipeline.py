"""Every chosen number, from `pipeline.toml` and `model.toml`, as the frozen dataclasses that the rooms ask for."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from functools import cache
from math import isclose
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from annotated_types import Interval
from pydantic import BeforeValidator, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from config.annotations import load_annotations
from config.refusal import RefusedError, toml_content
from tasks.divergence.annotations import Annotation
from tasks.divergence.pace import PaceParameters
from tasks.followers.retrospective import RetrospectiveParameters
from tasks.freshness.fingerprints import FreshnessParameters
from tasks.metrics.parameters import CommunityParameters, EngagementParameters, VanityParameters
from tasks.page.parameters import PageParameters
from tasks.reports.counterfactual import CounterfactualParameters
from tasks.reports.daily import MeasureParameters
from tasks.reports.judgement import JudgementParameters, JudgeParameters
from tasks.reports.retrospective import ListSearchParameters
from tasks.schema.ranges import DayCount, PositiveCount, PositiveDayCount, PositiveRatio, Share, Weekday
from tasks.sources.bluesky.parameters import BlueskyParameters
from tasks.sources.x_api.parameters import Limits, Prices, ReadingParameters

MODEL = Path(__file__).parent / "model.toml"
MODEL_SECTIONS = frozenset({"engagement", "community", "pace", "vanity", "judge", "counterfactual", "retrospective"})
"""What stands in `model.toml`: calibrated numbers, which nobody changes without an evaluation."""
ORDERS = (
    ("engagement", "minimum_post_days", "window_days"),
    ("engagement", "elasticity_block_days", "elasticity_days"),
    ("community", "core_days_count", "window_days"),
    ("judge.events.shock", "minimum_history_days", "history_days"),
    ("judge.audience", "minimum_reference_size", "reference_size"),
)
"""Sections with two keys, of which the first must not exceed the second."""


@dataclass(frozen=True)
class ReportParameters:
    """How many days a daily run derives anew, because readings that came later complete them."""

    lookback_days: DayCount


@dataclass(frozen=True)
class RunParameters:
    """Where everything is written, who measures shards, how many at once, and how large one is.

    Reports do not depend on it.
    `storage` is a folder or the URI of one; empty for the setting `data_root`, which goes before it.
    `dask_address` is that of a cluster's scheduler; empty for a cluster of this machine's own, for the run alone.
    A day has failed when the counts of more than `failed_share` of the accounts could not be read.
    """

    storage: str
    runner: Literal["threads", "dask"]
    workers_count: PositiveCount
    dask_address: str
    shard_account_days: PositiveCount
    failed_share: Share = 0.5


def _web_address(given: object) -> object:
    if isinstance(given, str) and re.fullmatch(r"(https?://\S+)?", given):
        return given
    message = "not the page's address (allowed: https://..., http://..., or empty)"
    raise ValueError(message)


@dataclass(frozen=True)
class PageSection:
    """When the page is drawn, and how much it holds: the most urgent accounts and the latest days.

    `url` is where a server shows it, empty where none does.
    """

    after_each_run: bool
    accounts_count: PositiveCount
    days_count: PositiveDayCount
    url: Annotated[str, BeforeValidator(_web_address)] = ""


def _address(given: object) -> object:
    if isinstance(given, str) and re.match(r"[a-z0-9+.-]+://.|\$\{\w+\}", given):
        return given
    message = 'not an address (allowed: SERVICE://..., or "${NAME}" with the whole URL in the environment)'
    raise ValueError(message)


@dataclass(frozen=True)
class NotifyParameters:
    """Who is told, by apprise's URLs in which `${NAME}` stands for a secret; on which weekday the digest is sent.

    The parts of a budget in `budget_shares` are told once they are spent.
    A file of version 0.3, which has no such section, tells nobody.
    """

    urls: tuple[Annotated[str, BeforeValidator(_address)], ...] = ()
    digest_weekday: Weekday = 0
    budget_shares: tuple[PositiveRatio, ...] = (0.8, 1.0)


@dataclass(frozen=True)
class Parameters:
    """All sections of `pipeline.toml` and `model.toml`, and the blocks of `annotations.toml`."""

    report: ReportParameters
    run: RunParameters
    page: PageSection
    notify: NotifyParameters
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
    annotations: tuple[Annotation, ...] = ()

    @property
    def measures(self) -> MeasureParameters:
        """The numbers that the measures ask for."""
        return MeasureParameters(self.engagement, self.community, self.pace, self.vanity)

    @property
    def freshness(self) -> FreshnessParameters:
        """What decides whether a report day is stale."""
        lookback_days = self.report.lookback_days
        return FreshnessParameters(asdict(self), lookback_days, self.measures.history_days)

    @property
    def judging(self) -> JudgementParameters:
        """The numbers that the judgement asks for."""
        return JudgementParameters(self.judge, self.measures, self.counterfactual, self.annotations)

    @property
    def page_parameters(self) -> PageParameters:
        """How much the page holds, and what is drawn on it."""
        return PageParameters(self.page.accounts_count, self.page.days_count, annotations=self.annotations)

    @property
    def looking_back(self) -> ListSearchParameters:
        """The numbers that the retrospective asks for."""
        return ListSearchParameters(self.retrospective, self.judge.largest_violation_share)


def load_parameters(config_dir: Path) -> Parameters:
    """The chosen numbers; `RefusedError` naming the file, the section, the key and its range when one cannot be used.

    A folder without `model.toml` takes the repository's own.
    What `pipeline.toml` says of the model, as it did until version 0.3, goes before both.
    """
    chosen, model = config_dir / "pipeline.toml", config_dir / "model.toml"
    content = toml_content(chosen)
    usual = toml_content(model if model.exists() else MODEL)
    kinds = _section_kinds()
    _refuse_unknown(chosen, sorted(content.keys() - kinds.keys()))
    _refuse_unknown(model, sorted(usual.keys() - MODEL_SECTIONS))
    if moved := sorted(content.keys() & MODEL_SECTIONS):
        _warn_once(f"{chosen}: {', '.join(f'[{name}]' for name in moved)} now belong to model.toml; used as they stand")
    files = {name: model if name in MODEL_SECTIONS - content.keys() else chosen for name in kinds}
    parameters = parse_parameters(_merged(usual, content), files)
    return replace(parameters, annotations=load_annotations(config_dir))


def parse_parameters(content: Mapping[str, Any], files: Mapping[str, Path]) -> Parameters:
    """The chosen numbers of all sections, refused by the file that holds each section."""
    kinds = _section_kinds()
    sections = {name: _section(files[name], name, kind, content.get(name, {})) for name, kind in kinds.items()}
    parameters = Parameters(**sections)
    _refuse_disorder(parameters, files)
    return parameters


def _section_kinds() -> dict[str, Any]:
    return {name: kind for name, kind in get_type_hints(Parameters).items() if is_dataclass(kind)}


@cache
def _warn_once(message: str) -> None:
    logging.getLogger(__name__).warning(message)


def _merged(usual: Any, chosen: Any) -> Any:  # noqa: ANN401 - whatever TOML holds
    """The chosen values over the usual ones, table by table."""
    if not (isinstance(usual, dict) and isinstance(chosen, dict)):
        return chosen
    return usual | {name: _merged(usual.get(name), value) for name, value in chosen.items()}


def _refuse_unknown(path: Path, sections: Sequence[str]) -> None:
    if sections:
        message = f"{path}: unknown section: {', '.join(sections)}"
        raise RefusedError(message)


def _refuse_disorder(parameters: Parameters, files: Mapping[str, Path]) -> None:
    """Refuse numbers that are in their ranges and contradict each other."""
    for section, smaller, larger in ORDERS:
        part = attrgetter(section)(parameters)
        if getattr(part, smaller) > getattr(part, larger):
            message = f"{files[section.split('.')[0]]}: [{section}]: {smaller} must be at most {larger}"
            raise RefusedError(message)
    vanity = parameters.vanity
    if not isclose(vanity.reach_weight + vanity.amplification_weight + vanity.network_weight, 1):
        message = f"{files['vanity']}: [vanity]: reach_weight, amplification_weight and network_weight must add up to 1"
        raise RefusedError(message)


def _section(path: Path, name: str, kind: Any, values: Any) -> Any:  # noqa: ANN401 - a dataclass, and what TOML holds
    if unknown := list(_unknown_keys(kind, values)):
        message = f"{path}: [{name}]: unknown: {', '.join(unknown)}"
        raise RefusedError(message)
    try:
        return _adapter(kind).validate_python(values)
    except ValidationError as problem:
        problems = problem.errors(include_input=False)
        message = f"{path}: [{name}]: {'; '.join(_problem(kind, error) for error in problems)}"
        raise RefusedError(message) from None


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - a dataclass
    return TypeAdapter(kind)


def _unknown_keys(kind: Any, values: Any) -> Iterator[str]:  # noqa: ANN401 - whatever TOML holds
    """Keys that the dataclass, or one inside it, does not have."""
    if is_dataclass(kind) and isinstance(values, dict):
        hints = get_type_hints(kind)
        for name in sorted(values):
            inner = _unknown_keys(hints.get(name), values[name])
            yield from (f"{name}.{key}" for key in inner) if name in hints else (name,)


def _problem(kind: type[Any], error: ErrorDetails) -> str:
    """What is wrong with a value, after its key, and between which bounds it must lie."""
    wrong = "each number must be larger than the one before" if error["type"] == "predicate_failed" else error["msg"]
    said = f"{'.'.join(map(str, error['loc']))}: {wrong}".removeprefix(": ")
    bounds = [note for note in getattr(_kind_at(kind, error["loc"]), "__metadata__", ()) if isinstance(note, Interval)]
    return f"{said} (allowed: {_in_words(bounds[0])})" if bounds else said


def _kind_at(kind: Any, keys: Sequence[int | str]) -> Any:  # noqa: ANN401 - any annotation
    """The annotation of what stands at the end of these keys, through dataclasses, tuples and mappings."""
    for key in keys:
        bare = get_args(kind)[0] if get_origin(kind) is Annotated else kind
        inner = [None, *(each for each in get_args(bare) if each is not ...)]
        kind = get_type_hints(bare, include_extras=True).get(str(key)) if is_dataclass(bare) else inner[-1]
    return kind


def _in_words(interval: Interval) -> str:
    low = f"{interval.ge}" if interval.gt is None else f"more than {interval.gt}"
    high = f"{interval.le}" if interval.lt is None else f"less than {interval.lt}"
    return f"{low} to {high}"
