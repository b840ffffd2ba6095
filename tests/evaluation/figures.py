"""The figures of the evaluation, each beside the bar it has to clear."""

import numpy as np
import pandas as pd

DAYS_PER_YEAR = 365.25
OBSERVED_DAYS = 100
INNOCENT = {
    "viral": ("viral_5", "viral_20", "viral_100"),
    "mention": ("mention_5", "mention_20", "mention_100"),
    "press": ("press_hidden", "press_chatter"),
    "giveaway": ("giveaway",),
    "purge": ("purge",),
    "wrong reading": ("misread_up", "misread_down", "disagreement"),
    "follow-back": ("follow_back",),
}
RECALLS = {
    "bought_two": 0.95,
    "bought_five": 0.99,
    "bought_nine": 0.99,
    "bought_twenty": 0.99,
    "bought_double": 0.99,
    "drip_7d": 0.99,
    "drip_30d": 0.90,
    "frank": 0.99,
}
WHOLE_LIST = {"batch": 0.999, "fresh": 0.98, "aged": 0.92, "look_alike": 0.90}
IN_INTERVAL = {"batch": 0.95, "fresh": 0.90}


def confusion(worlds: pd.DataFrame) -> pd.DataFrame:
    """Verdicts (columns) by what truly happened (rows); `no_event` where nothing was found."""
    return pd.crosstab(worlds["scenario"], worlds["verdict"].fillna("no_event"))


def causes(worlds: pd.DataFrame) -> pd.DataFrame:
    """Verdicts (columns) by true cause (rows), all scenarios of a cause together."""
    return pd.crosstab(worlds["cause"], worlds["verdict"].fillna("no_event"))


def figures(worlds: pd.DataFrame) -> pd.DataFrame:
    """Every figure with its bar: name, figure, bar, and whether it is met."""
    rows = [*_recall(worlds), *_innocents(worlds), *_counts(worlds), *_aucs(worlds), _false_alarms(worlds)]
    return pd.DataFrame(rows, columns=["figure", "reached", "bar", "is_met", "worlds"])


Row = tuple[str, float, str, bool, int]


def _recall(worlds: pd.DataFrame) -> list[Row]:
    rows = []
    for name, bar in RECALLS.items():
        part = worlds[worlds["scenario"].str.startswith(name)]
        for kind, group in [("all kinds", part), *part.groupby(part["scenario"].str.removeprefix(name + "_"))]:
            reached = float((group["verdict"] == "unexplained_wave").mean())
            rows.append((f"recall {name}, {kind}", reached, f">= {bar}", reached >= bar, len(group)))
    return rows


def _innocents(worlds: pd.DataFrame) -> list[Row]:
    rows = []
    for name, scenarios in INNOCENT.items():
        part = worlds[worlds["scenario"].isin(scenarios)]
        share = float((part["verdict"] == "unexplained_wave").mean())
        rows.append((f"{name} called unexplained_wave", share, "<= 0.01", share <= 0.01, len(part)))
    return rows


def _counts(worlds: pd.DataFrame) -> list[Row]:
    part = _counted(worlds)
    error = (part["unexplained_count"] - part["bots"]).abs() / part["bots"]
    several = worlds[worlds["cause"] == "several"]
    mixed = float(((several["unexplained_count"] - several["bots"]).abs() / several["bots"]).median())
    median, cover = float(error.median()), float(part["is_inside"].mean())
    return [
        ("unexplained count, median error", median, "<= 0.02", median <= 0.02, len(part)),
        ("unexplained count, 90 % interval covers", cover, "0.88-0.92", 0.88 <= cover <= 0.92, len(part)),
        ("several causes at once, median error", mixed, "", True, len(several)),
    ]


def intervals(worlds: pd.DataFrame) -> pd.DataFrame:
    """Of each kind of purchase the share of worlds whose 90 % interval holds the truth, with its standard error.

    Over four hundred worlds of a kind are needed to tell .88 from .92: twenty of each scenario cannot.
    """
    part = _counted(worlds)
    kinds = part["scenario"].str.extract(f"({'|'.join(RECALLS)})", expand=False)
    found = part.groupby(kinds)["is_inside"].agg(covers="mean", worlds="size")
    spread = np.sqrt(found["covers"] * (1 - found["covers"]) / found["worlds"])
    met = found["covers"].between(0.88, 0.92)
    return found.assign(standard_error=spread, bar="0.88-0.92", is_met=met).rename_axis("kind").reset_index()


def _counted(worlds: pd.DataFrame) -> pd.DataFrame:
    """The worlds with bots alone whose arrivals were counted; `is_inside` where the interval holds their number."""
    part = worlds[(worlds["bots"] > 0) & (worlds["cause"] == "unexplained_wave") & worlds["observed_count"].notna()]
    return part.assign(is_inside=part["bots"].between(part["unexplained_low_count"], part["unexplained_high_count"]))


def _aucs(worlds: pd.DataFrame) -> list[Row]:
    rows = []
    frank = worlds[worlds["scenario"].str.startswith("frank_")]
    for kind, bar in WHOLE_LIST.items():
        part = frank[frank["scenario"] == f"frank_{kind}"]
        whole, inside = float(part["auc_list"].mean()), float(part["auc_interval"].mean())
        floor = IN_INTERVAL.get(kind)
        rows.append((f"AUC whole list, {kind}", whole, f">= {bar}", whole >= bar, len(part)))
        met = floor is None or inside >= floor
        rows.append((f"AUC in the interval, {kind}", inside, f">= {floor}" if floor else "stated", met, len(part)))
    return rows


def _false_alarms(worlds: pd.DataFrame) -> Row:
    years = len(worlds) * OBSERVED_DAYS / DAYS_PER_YEAR
    false = float(worlds["false_waves"].fillna(0).sum()) / years
    return ("false unexplained_wave per account-year", false, "<= 0.2", false <= 0.2, len(worlds))


def calibration(followers: pd.DataFrame) -> pd.DataFrame:
    """Followers by their probability: how many, what was said, and how many truly were bots."""
    edges = [-0.001, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0]
    bins = pd.cut(followers["unexplained_probability"], edges)
    return _told_and_true(followers, bins)


def calibration_by_kind(followers: pd.DataFrame) -> pd.DataFrame:
    """Followers by scenario: how many, mean probability, share of bots, Brier score and mean distance in bins.

    Brier score: mean of (probability - truth)^2, 0 is perfect.
    Distance: |said - true| of bins of a tenth, weighted by their followers (expected calibration error).
    """
    rows = followers.assign(
        squared=(followers["unexplained_probability"] - followers["is_bot"]) ** 2,
        tenth=np.minimum(followers["unexplained_probability"] // 0.1, 9),
    )
    table = _told_and_true(rows, rows["scenario"])
    tenths = rows.groupby(["scenario", "tenth"]).agg(
        size=("is_bot", "size"), said=("unexplained_probability", "mean"), true=("is_bot", "mean")
    )
    away = ((tenths["said"] - tenths["true"]).abs() * tenths["size"]).groupby("scenario").sum()
    return table.assign(
        brier=rows.groupby("scenario")["squared"].mean(), distance=away.div(table["followers"]).round(4)
    )


def _told_and_true(followers: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    grouped = followers.groupby(by, observed=True)
    return grouped.agg(followers=("is_bot", "size"), said=("unexplained_probability", "mean"), bots=("is_bot", "mean"))


def verdict_calibration(worlds: pd.DataFrame) -> pd.DataFrame:
    """Events by the probability of their likeliest explanation, and how often that was the cause."""
    known = worlds.dropna(subset=["verdict_probability"])
    known = known[~known["cause"].isin(["several", "none"])]
    bins = pd.cut(known["verdict_probability"], [0, 0.5, 0.65, 0.8, 0.9, 0.97, 1.0])
    is_right = known["likeliest"] == known["cause"]
    grouped = known.assign(is_right=is_right).groupby(bins, observed=True)
    return grouped.agg(events=("is_right", "size"), said=("verdict_probability", "mean"), right=("is_right", "mean"))
