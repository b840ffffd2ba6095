"""The cheapest reading that would probably decide a rise of which it cannot be told what explains it.

What is computed is what a sample of the arrivals' profiles would add, if they are a wave and if they are people.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from tasks.divergence.grid import DailyGrid, Grid
from tasks.divergence.verdict import UNDETERMINED, arrival_nats, is_looked
from tasks.schema.arrays import BoolArray
from tasks.schema.columns.divergence import RISES
from tasks.schema.ranges import Edges, PositiveDayCount, Probability, Ratio, WeightQuantiles


@dataclass(frozen=True)
class NextReadingParameters:
    """What profiles of arrivals said in calibration, and when that is enough: config/model.toml, [judge.next_reading].

    `wave_nats` and `people_nats` are quantiles at even shares of what they say for a wave.
    `sample_counts` are the numbers of arrivals that are tried, the smallest first;
    a rise is placed in the list by counts of at most `looked_back_days`.
    """

    wave_nats: WeightQuantiles
    people_nats: WeightQuantiles
    ruled_out_probability: Probability
    open_probability: Probability
    least_probability: Probability
    sample_counts: Edges
    reference_margin_share: Ratio
    looked_back_days: PositiveDayCount


@dataclass(frozen=True)
class DecisionRules:
    """When a verdict is decisive, and how large groups must be: other sections of config/model.toml.

    `unlike_weight` is how many nats a follower of a hundred more who is unlike those before adds, times a hundred.
    """

    decisive_probability: float
    contested_nats: float
    unlike_weight: float
    minimum_reference_size: int
    minimum_cohort_size: int


@dataclass(frozen=True)
class JudgedRises:
    """Events with verdicts and facts, their evidence and their cohorts' figures side by side.

    `grid` holds the counts by which followers of a list can be placed.
    """

    events: pd.DataFrame
    evidence: pd.DataFrame
    cohorts: pd.DataFrame
    grid: DailyGrid


@dataclass(frozen=True)
class WaveOdds:
    """How probable a wave is now, what arrivals said for it already, and whether other causes were looked for."""

    wave_probability: float
    arrival_nats: float
    is_looked: bool


READING_COLUMNS = ("next_reading_followers_count", "next_reading_probability")


def next_readings(rises: JudgedRises, rules: DecisionRules, parameters: NextReadingParameters) -> pd.DataFrame:
    """Per event how many of the newest followers to read, and how probably that decides it; null where none would.

    Only rises whose arrivals were not read have one: elsewhere the profiles have spoken already;
    and only those that may be a wave: which of several other causes it was, no profile tells.
    The list is read from its newest on: down to the sample, and where nobody before the rise is known to all of it
    and to as many before it as a comparison needs.
    """
    spoken = arrival_nats(len(rises.events), rises.evidence)
    looked = is_looked(rises.events).to_numpy(dtype=bool)
    is_open = rises.events["unexplained_wave_probability"].to_numpy() >= parameters.open_probability
    due = np.flatnonzero(_is_unread(rises, rules) & is_open)
    rows = np.full((len(rises.events), len(READING_COLUMNS)), np.nan)
    for place in due:
        event = rises.events.iloc[place]
        odds = WaveOdds(float(event["unexplained_wave_probability"]), float(spoken[place]), bool(looked[place]))
        counts = rises.grid.followers[int(event["row"]), -parameters.looked_back_days :]
        skipped = rises.grid.shape[1] - len(counts)
        group = _Arrivals.of(event, float(rises.cohorts["before_count"].iloc[place]), counts, skipped)
        for arrived, followers, reference in group.samples(rules, parameters):
            spread = rules.unlike_weight * unlike_spread(arrived, reference) / max(1 - group.usual_share, 0.05)
            probability = decision_probability(odds, spread, rules, parameters)
            if probability >= parameters.least_probability:
                rows[place] = followers, probability
                break
    return pd.DataFrame(rows, columns=list(READING_COLUMNS), index=rises.events.index)


def unread_authors(events: pd.DataFrame) -> pd.Series:
    """Per rise without a verdict of how many mentions of its first days it was not read how many their authors reach.

    One of them may reach enough to explain the rise; null where all are known or nobody mentioned the account.
    """
    count = events["unread_mention_reaches_count"]
    is_open = (events["verdict"] == UNDETERMINED) & events["kind"].isin(RISES)
    is_told = is_open & events["are_mentions_read"].astype(bool) & (count > 0)
    return count.where(is_told).astype("Int64")


def add_prices(
    events: pd.DataFrame, usd_by_account: Mapping[str, float], author_usd_by_account: Mapping[str, float]
) -> pd.DataFrame:
    """The events with the price of their next reading; of an account without a price there is no such reading.

    The same for the profiles of who wrote the mentions.
    """
    both = (usd_by_account, author_usd_by_account)
    price, of_author = (events["account_id"].map(dict(usd)).astype("float64") for usd in both)
    kept = events.assign(**{name: events[name].where(price.notna()) for name in READING_COLUMNS})
    authors = kept["unread_mention_authors_count"].where(of_author.notna()).astype("Int64")
    author_cost = (authors.astype("Float64") * of_author).round(USD_DIGITS).astype("float64")
    kept = kept.assign(unread_mention_authors_count=authors, unread_mention_authors_usd=author_cost)
    count = kept["next_reading_followers_count"].astype("Float64").round().astype("Int64")
    cost = (count.astype("Float64") * price).round(USD_DIGITS).astype("float64")
    return kept.assign(next_reading_followers_count=count, next_reading_usd=cost)


USD_DIGITS = 3
"""A tenth of a cent is the smallest price that X documents."""


def evidence_dates(rises: JudgedRises, as_of: pd.Timestamp, response_days: int, posts_days: int) -> pd.Series:
    """Per rise without a verdict the day on which what is read anyway has told all that it can; null where it has.

    Whether the arrivals engage is followed for `response_days` after the rise, where they and the engagers are read;
    own posts around its first day are read within `posts_days`.
    """
    events = rises.events
    is_followed = (rises.cohorts["cohort_count"] > 0) & events["engagers_read_share"].notna()
    answered = (events["last_date"] + pd.Timedelta(days=response_days)).where(is_followed)
    settled = (events["first_date"] + pd.Timedelta(days=posts_days)).where(events["are_posts_read"].astype(bool))
    latest = pd.concat([answered, settled], axis=1).max(axis=1)
    is_open = (events["verdict"] == UNDETERMINED) & events["kind"].isin(RISES)
    return latest.where(is_open & (latest > as_of)).astype("datetime64[s]")


def _is_unread(rises: JudgedRises, rules: DecisionRules) -> BoolArray:
    is_open = (rises.events["verdict"] == UNDETERMINED) & rises.events["kind"].isin(RISES)
    has_sample = rises.cohorts["cohort_count"] >= rules.minimum_cohort_size
    has_past = rises.cohorts["before_count"] >= rules.minimum_reference_size
    return np.asarray(is_open & ~(has_sample & has_past).to_numpy(), dtype=bool)


@dataclass(frozen=True)
class _Arrivals:
    """How many came since the rise and in it, as far as they are there; how many were there before and are known."""

    since: float
    inside: float
    earlier: float
    before: float
    usual_share: float

    @classmethod
    def of(cls, event: pd.Series, before: float, counts: Grid, skipped: int) -> "_Arrivals":
        """What the counts tell of a rise; they begin `skipped` days after the first of all days."""
        known = np.flatnonzero(~np.isnan(counts)) + skipped
        earlier, until = known[known < int(event["first"])], known[known <= int(event["last"])]
        if not len(earlier):
            return cls(0.0, 0.0, 0.0, before, 1.0)
        now, then = counts[known[-1] - skipped], counts[earlier[-1] - skipped]
        since = max(now - counts[until[-1] - skipped], 0.0)
        inside = max(now - then - since, 0.0)
        usual = float(np.nan_to_num(event["expected_count"])) / max(float(event["observed_count"]), 1.0)
        return cls(since, inside, then, before, min(max(usual, 0.0), 1.0))

    def samples(self, rules: DecisionRules, parameters: NextReadingParameters) -> Iterator[tuple[float, int, float]]:
        """Arrivals of the rise, followers to be read for them and followers before it, the cheapest reading first."""
        if self.inside < rules.minimum_cohort_size:
            return
        if self.before < rules.minimum_reference_size:
            wanted = min(rules.minimum_reference_size * (1 + parameters.reference_margin_share), self.earlier)
            if wanted >= rules.minimum_reference_size:
                yield self.inside, math.ceil(self.since + self.inside + wanted), wanted
            return
        for size in (*(size for size in parameters.sample_counts if size < self.inside), self.inside):
            yield size, math.ceil(self.since + size), self.before


def unlike_spread(cohort: float, before: float) -> float:
    """Spread of the distance between two groups' shapes: half of the root of 1/n + 1/m, or less.

    The distance is half a sum of signed differences of shares; a sign has a variance of at most 1.

    >>> unlike_spread(100, 100)
    0.07071067811865475
    """
    return 0.5 * math.sqrt(1 / cohort + 1 / before)


def decision_probability(
    odds: WaveOdds, spread_nats: float, rules: DecisionRules, parameters: NextReadingParameters
) -> float:
    """How probably profiles with such a spread make a wave's verdict if it is one, or rule it out if it is none."""
    now = float(special.logit(odds.wave_probability))
    found = float(special.logit(rules.decisive_probability)) - now
    if not odds.is_looked:
        found = max(found, rules.contested_nats - odds.arrival_nats)
    # What speaks for a wave rules none out, however little probable it was before.
    gone = min(float(special.logit(parameters.ruled_out_probability)) - now, 0.0)
    if_wave = _share_above(parameters.wave_nats, found, spread_nats)
    if_people = 1 - _share_above(parameters.people_nats, gone, spread_nats)
    return odds.wave_probability * if_wave + (1 - odds.wave_probability) * if_people


def _share_above(quantiles: Sequence[float], limit: float, spread: float) -> float:
    values: Grid = np.asarray(quantiles, dtype=np.float64)
    return float(np.mean(special.ndtr((values - limit) / spread)))
