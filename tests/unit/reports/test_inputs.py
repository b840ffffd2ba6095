"""How the measuring is cut, and that an account's rows do not depend on it."""

from datetime import date

from tasks.reports.inputs import Shard, Share, split_shards

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
SEVEN = Share(tuple("1234567"), {"@frank": "6"})


def test_few_account_days_are_one_shard_of_everybody() -> None:
    """A daily run of a few accounts is not cut, and nothing is left out of what it reads."""
    assert [Shard(YEAR)] == split_shards(SEVEN, YEAR, 7 * 365)
    assert [Shard(YEAR)] == split_shards(Share((), {}), YEAR, 1)


def test_shares_are_of_one_size_and_hold_everybody_once() -> None:
    """2,190 account-days are six accounts' years; seven accounts are cut in three and four, not in six and one."""
    cut = [shard.share.accounts for shard in split_shards(SEVEN, YEAR, 6 * 365) if shard.share]
    assert [("1", "2", "3"), ("4", "5", "6", "7")] == cut


def test_a_provisional_id_stays_with_the_account_that_it_stands_for() -> None:
    """Rows imported under the handle are measured with those read under the id, and in no other shard."""
    cut = split_shards(SEVEN, YEAR, 1)
    assert 7 == len(cut)
    assert [{"@frank": "6"}] == [shard.share.ids for shard in cut if shard.share and shard.share.ids]
    assert [("6",)] == [shard.share.accounts for shard in cut if shard.share and shard.share.ids]
