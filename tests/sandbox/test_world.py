from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from sandbox.world import ids, words
from sandbox.world.audience import MemoryAudience
from sandbox.world.moments import DAY, milliseconds, wire_time
from sandbox.world.user_view import find_user
from sandbox.worlds import World, summer


def followers_by(world: World, handle: str, cause: str) -> pd.DataFrame:
    """The truth about those who came to an account for one reason."""
    followers = world.truth().followers
    return followers[(followers["account_id"] == world.account(handle).id) & (followers["cause"] == cause)]


def count(world: World, handle: str, month: int, day: int, hour: int = 12) -> int:
    """Followers counted at an hour of 2026."""
    return world.followers_count(world.account(handle).id, datetime(2026, month, day, hour, tzinfo=UTC))


def engagement(world: World, handle: str, first: date, last: date) -> float:
    """Mean likes of originals in a range of days, two days after each."""
    book, number = world.posts, world.account(handle).number
    start, end = (milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC)) for day in (first, last))
    rows = [row for row in book.by_author(number, end).tolist() if book.rows.created[row] >= start]
    likes = [book.counts(row, int(book.rows.created[row]) + 2 * DAY).likes for row in rows if book.rows.kind[row] == 0]
    return float(np.mean(likes))


def test_an_id_tells_its_moment() -> None:
    """X's documented example 1346889436626259968 was posted at 2021-01-06T18:40:40.344Z."""
    ms = (1346889436626259968 >> 22) + ids.SNOWFLAKE_EPOCH
    assert "2021-01-06T18:40:40.344Z" == wire_time(ms)
    assert ids.first_id_at(ms) <= 1346889436626259968 < ids.first_id_at(ms + 1)


def test_user_ids_are_short_before_2016_and_snowflakes_since() -> None:
    """Ids above 2**40 tell the second of creation; older ones are short and rise with time."""
    created = np.array([milliseconds(datetime(year, 3, 1, tzinfo=UTC)) for year in (2009, 2014, 2017, 2025)])
    early, late, first, second = ids.user_ids(created, np.array([5, 4, 3, 2])).tolist()
    assert early < late < 2**40 < first < second
    assert created[3] == (second >> 22) + ids.SNOWFLAKE_EPOCH


def test_an_id_leads_back_to_its_row() -> None:
    """Row numbers come back from ids, for users and posts."""
    numbers = np.array([0, 1, 77, ids.CAPACITY - 1])
    created = np.full(4, milliseconds(datetime(2020, 1, 1, tzinfo=UTC)))
    assert numbers.tolist() == [ids.number(id_) for id_ in ids.user_ids(created, numbers).tolist()]


def test_word_lists_are_as_long_as_the_bits_that_choose_from_them() -> None:
    """Six bits choose a name, four a craft, a liking or a town, three a beginning."""
    lists = (words.FIRST, words.LAST, words.CRAFTS, words.LIKES, words.TOWNS, words.POST_STARTS, words.REPLY_STARTS)
    assert [64, 64, 16, 16, 16, 8, 8] == [len(set(chosen)) for chosen in lists]


def test_the_same_seed_gives_the_same_world(world: World) -> None:
    """Another world of seed 7 has the same truth, posts and counts; one of seed 8 has not."""
    same, other = summer(7), summer(8)
    pd.testing.assert_frame_equal(world.truth().followers, same.truth().followers)
    pd.testing.assert_frame_equal(world.truth().events, same.truth().events)
    assert world.posts.ids.tolist() == same.posts.ids.tolist()
    assert world.posts.ids.tolist() != other.posts.ids.tolist()


@pytest.mark.parametrize("seed", range(1, 9))
def test_frank_wakes_up_with_seventeen_thousand_more(seed: int) -> None:
    """About 1,600 follow Frank on July 14 at any hour, about 18,600 on July 15 at noon, in every world."""
    frank = summer(seed)
    before = [count(frank, "frank", 7, 14, hour) for hour in (0, 12, 23)]
    assert all(1_500 <= value <= 1_700 for value in before)
    assert 18_450 <= count(frank, "frank", 7, 15) <= 18_750
    assert 16_900 <= count(frank, "frank", 7, 15) - before[1] <= 17_100


def test_frank_s_bots_are_silent_and_alike(world: World) -> None:
    """None of the 17,000 ever engages; they were made within 20 days, while people's years spread; people come too."""
    frank = world.account("frank")
    followers = world.truth().followers.loc[lambda table: table["account_id"] == frank.id]
    bots, people = followers[followers["kind"] == "bot"], followers[followers["kind"] == "person"]
    rows = np.array([ids.number(id_) for id_ in bots["follower_id"]])
    assert 17_000 == len(bots)
    assert not world.posts.has_written(rows).any()
    assert not np.isin(rows, np.unique(world.posts.likes.person)).any()
    assert not np.isin(rows, np.unique(world.posts.reposts.person)).any()
    created = world.people.profiles(rows).created
    assert (created.max() - created.min()) / DAY <= 20
    others = world.people.profiles(np.array([ids.number(id_) for id_ in people["follower_id"]])).created
    assert np.ptp(others) / DAY > 3_000
    assert people["followed_at"].dt.date.isin([date(2026, 7, 14), date(2026, 7, 15)]).sum() >= 2


def test_nobody_follows_before_existing(world: World) -> None:
    """Every follower of the truth was created before its follow."""
    followers = world.truth().followers
    rows = np.array([ids.number(id_) for id_ in followers["follower_id"]])
    created = pd.Series(pd.to_datetime(world.people.profiles(rows).created, unit="ms", utc=True))
    assert (created < followers["followed_at"]).all()


def test_frank_s_engagement_does_not_notice_the_bots(world: World) -> None:
    """Likes per post in the four weeks after the night are within a quarter of those in the eight weeks before."""
    before = engagement(world, "frank", date(2026, 5, 18), date(2026, 7, 13))
    after = engagement(world, "frank", date(2026, 7, 15), date(2026, 8, 12))
    assert 0.75 < after / before < 1.33


def test_hundreds_of_frank_s_followers_engage(world: World) -> None:
    """Of 1,600 people, between 200 and 600 liked or reposted something in 28 days or more before the bots came."""
    frank = world.account("frank")
    until = milliseconds(datetime(2026, 7, 14, tzinfo=UTC))
    rows = world.posts.by_author(frank.number, until)
    engaged = {person for row in rows.tolist() for person in world.posts.likers(row, until).tolist()}
    followers = {ids.number(id_) for id_ in world.followers(frank.id, until)}
    assert 200 <= len(engaged & followers) <= 600


@pytest.mark.parametrize(
    ("handle", "days", "bounds"),
    [
        ("viral_vera", ((6, 24), (7, 6)), (0.5, 0.8)),
        ("mentioned_mia", ((7, 8), (7, 14)), (0.7, 0.95)),
        ("steady_stan", ((6, 20), (7, 11)), (0.4, 0.6)),
        ("purged_pia", ((8, 5), (8, 6)), (-0.085, -0.075)),
        ("quiet_quinn", ((6, 1), (8, 31)), (-0.05, 0.08)),
    ],
)
def test_every_account_has_its_story(
    world: World, handle: str, days: tuple[tuple[int, int], tuple[int, int]], bounds: tuple[float, float]
) -> None:
    """Growth between two noons: a viral post, a mention, a drip, a purge of eight percent, and nothing."""
    before, after = days
    growth = count(world, handle, *after) / count(world, handle, *before) - 1
    assert bounds[0] < growth < bounds[1]


def test_a_new_account_grows_from_nothing(world: World) -> None:
    """Nora does not exist on June 8, has nobody on June 9 and hundreds in August."""
    nora = world.account("new_nora")
    assert find_user(world, nora.id, milliseconds(datetime(2026, 6, 8, tzinfo=UTC))) is None
    assert 0 == count(world, "new_nora", 6, 9, 9)
    assert 200 < count(world, "new_nora", 8, 31) < 700


def test_the_drip_is_even(world: World) -> None:
    """Stan's 1,470 come at 70 a day on 21 days; every day has between 40 and 100."""
    bots = followers_by(world, "steady_stan", "unexplained_wave")
    daily = bots["followed_at"].dt.date.value_counts()
    assert 21 == len(daily)
    assert 1_470 == daily.sum()
    assert daily.between(40, 100).all()


def test_viral_arrivals_come_after_the_post_and_decay(world: World) -> None:
    """Vera's arrivals begin after her post, and the second day brings more than the sixth."""
    events = world.truth().events.set_index("handle")
    comers = followers_by(world, "viral_vera", "organic_post")
    daily = comers["followed_at"].dt.date.value_counts()
    assert "organic_post" == events.loc["viral_vera", "kind"]
    assert comers["followed_at"].min() > datetime(2026, 6, 24, 13, 40, tzinfo=UTC)
    assert daily[date(2026, 6, 25)] > 3 * daily[date(2026, 6, 29)]


def test_a_celebrity_mentions_mia_before_the_rise(world: World) -> None:
    """A post by an account of millions names Mia within the hour before the first arrival."""
    mia, stella = world.account("mentioned_mia"), world.account("star_stella")
    comers = followers_by(world, "mentioned_mia", "organic_mention")
    first = milliseconds(comers["followed_at"].min().to_pydatetime())
    rows = [row for row in world.posts.mentioning(mia.number, first) if world.posts.rows.author[row] == stella.number]
    assert 1 == len(rows)
    assert 0 < first - world.posts.rows.created[rows[0]] < DAY / 24
    assert world.followers_count(stella.id, first) > 2_000_000


def test_history_fills_ninety_days_before_june(world: World) -> None:
    """All but the new account have posts 130 days before June 1."""
    until = milliseconds(datetime(2026, 6, 1, tzinfo=UTC) - timedelta(days=130))
    posted = {account.handle: len(world.posts.by_author(account.number, until)) for account in world.accounts}
    assert {"new_nora"} == {handle for handle, posts in posted.items() if posts == 0}


def test_counts_only_grow_and_hardly_after_two_days(world: World) -> None:
    """Public counts never fall as a post ages, and two days bring at least nine tenths of what eight days bring."""
    book = world.posts
    rows = book.by_author(world.account("frank").number, milliseconds(datetime(2026, 7, 1, tzinfo=UTC)))[:80]
    for row in rows.tolist():
        born = int(book.rows.created[row])
        seen = [book.counts(row, born + hours * DAY // 24) for hours in (0, 1, 6, 24, 48, 192)]
        likes = [counts.likes for counts in seen]
        views = [counts.impressions for counts in seen]
        assert likes == sorted(likes)
        assert views == sorted(views)
        assert likes[4] >= 0.9 * likes[5] - 1


def test_the_count_is_the_length_of_the_list(world: World) -> None:
    """Followers counted are followers listed, at any moment."""
    for account in world.accounts:
        at = datetime(2026, 8, 7, 3, tzinfo=UTC)
        assert world.followers_count(account.id, at) == len(world.followers(account.id, at))


def test_some_come_back(world: World) -> None:
    """Somebody who left follows again and stands nearer to the head, with a known id."""
    audience = world.audiences[world.account("purged_pia").number]
    assert isinstance(audience, MemoryAudience)
    follows = audience.follows
    people, times = np.unique(follows.people, return_counts=True)
    assert (times == 2).any()
    again = follows.followed[follows.people == people[times == 2][0]]
    assert again[0] < again[1]
