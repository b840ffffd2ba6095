"""The same aggregates and windows as `tasks.followers.profile`, as polars and DuckDB are best asked for them."""

from pathlib import Path

import pandas as pd

WINDOW, ACTIVE_DAYS, NEAR_DAYS = 100, 120, 3.5


def polars_profiles(path: Path) -> pd.DataFrame:
    """One lazy query, all of it inside the aggregation by account."""
    import polars as pl  # noqa: PLC0415 - in the memory of its own measurement alone

    created, posts = pl.col("follower_created_at"), pl.col("follower_posts_count")
    followed = pl.when(pl.col("is_baseline")).then(created.cum_max()).otherwise(pl.col("followed_before"))
    last_post = pl.col("follower_last_post_at")
    silent = pl.col("first_seen_date").cast(pl.Datetime("us", "UTC")) - last_post
    is_inactive = pl.when(last_post.is_not_null()).then(silent > pl.duration(days=ACTIVE_DAYS))
    never_posted = pl.when(posts == 0).then(pl.lit(value=True))
    is_near = created.diff().abs() <= pl.duration(seconds=NEAR_DAYS * 86_400)
    day = 86_400e6
    query = (
        pl.scan_parquet(path)
        .group_by("account_id", maintain_order=True)
        .agg(
            pl.len().alias("listed_count"),
            pl.col("is_baseline").sum().alias("baseline_count"),
            (posts == 0).mean().alias("no_post_share"),
            (pl.col("follower_likes_count") == 0).mean().alias("no_like_share"),
            pl.coalesce(is_inactive, never_posted).mean().alias("inactive_share"),
            pl.col("has_default_image").mean().alias("default_image_share"),
            pl.col("has_description").mean().alias("description_share"),
            ((followed - created).dt.total_microseconds().clip(0).median() / day).alias("median_age_days"),
            pl.col("follower_followers_count").median().alias("median_followers_count"),
            ((created.to_physical().rolling_max(WINDOW) - created.to_physical().rolling_min(WINDOW)).min() / day).alias(
                "narrowest_creation_days"
            ),
            ((posts == 0).cast(pl.Int32).rolling_sum(WINDOW).max() / WINDOW).alias("most_silent_window_share"),
            (is_near.cast(pl.Int32).rolling_sum(WINDOW - 1).max() / (WINDOW - 1)).alias("most_squeezed_window_share"),
        )
    )
    return query.collect().to_pandas()


SQL = f"""
WITH neighbors AS (
    SELECT *, epoch_us(follower_created_at) AS created,
        max(epoch_us(follower_created_at)) OVER whole AS clock,
        abs(epoch_us(follower_created_at) - lag(epoch_us(follower_created_at)) OVER whole) <= {NEAR_DAYS} * 86400e6
            AS is_near
    FROM read_parquet(?)
    WINDOW whole AS (PARTITION BY account_id ORDER BY arrival_number)
), windows AS (
    SELECT *, row_number() OVER whole AS place,
        max(created) OVER frame - min(created) OVER frame AS spread,
        sum((follower_posts_count = 0)::INT) OVER frame AS silent,
        sum(is_near::INT) OVER near AS near
    FROM neighbors
    WINDOW whole AS (PARTITION BY account_id ORDER BY arrival_number),
        frame AS (PARTITION BY account_id ORDER BY arrival_number ROWS {WINDOW - 1} PRECEDING),
        near AS (PARTITION BY account_id ORDER BY arrival_number ROWS {WINDOW - 2} PRECEDING)
)
SELECT account_id, count(*) AS listed_count, sum(is_baseline::INT) AS baseline_count,
    avg((follower_posts_count = 0)::INT) AS no_post_share,
    avg((follower_likes_count = 0)::INT) AS no_like_share,
    avg(CASE WHEN follower_last_post_at IS NOT NULL
        THEN (epoch_us(first_seen_date::TIMESTAMP) - epoch_us(follower_last_post_at) > {ACTIVE_DAYS} * 86400e6)::INT
        WHEN follower_posts_count = 0 THEN 1 END) AS inactive_share,
    avg(has_default_image::INT) AS default_image_share, avg(has_description::INT) AS description_share,
    median(greatest(CASE WHEN is_baseline THEN clock ELSE epoch_us(followed_before) END - created, 0)) / 86400e6
        AS median_age_days,
    median(follower_followers_count) AS median_followers_count,
    min(CASE WHEN place >= {WINDOW} THEN spread END) / 86400e6 AS narrowest_creation_days,
    max(CASE WHEN place >= {WINDOW} THEN silent END) / {WINDOW} AS most_silent_window_share,
    max(CASE WHEN place >= {WINDOW} THEN near END) / {WINDOW - 1} AS most_squeezed_window_share
FROM windows GROUP BY account_id ORDER BY account_id
"""  # noqa: S608 - numbers of this file alone


def duckdb_profiles(path: Path) -> pd.DataFrame:
    """One statement, in which windows that have the same frame share one pass."""
    import duckdb  # noqa: PLC0415 - in the memory of its own measurement alone

    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET TimeZone = 'UTC'")
    return connection.sql(SQL, params=[str(path)]).to_arrow_table().to_pandas()
