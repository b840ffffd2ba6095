"""An ordered follower list comes in by the command line, and coordinated blocks of the past are found in it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tasks.schema.retrospective_tables import FOLLOW_CLOCK, FOLLOWER_LISTS, PAST_BLOCKS
from tests.flows.conftest import REPOSITORY, Server
from tests.flows.reported import latest

EVALUATION = REPOSITORY.parent / "shared" / "evaluation"
real = pytest.mark.skipif(not EVALUATION.exists(), reason="the real lists beside the repository are absent")


def _imports(server: Server, root: Path, file: Path, *words: str) -> tuple[int, str]:
    given = ("--handle", "ada", "--followers", str(file), "--followers-read-on", "2026-11-01", *words)
    done = server.module("flows.imports", *given, VANITY_GAP_DATA_ROOT=str(root))
    return done.returncode, done.stdout + done.stderr


def _files(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@real
def test_the_coordinated_block_of_a_real_list_is_found(server: Server, tmp_path: Path) -> None:
    """Precision and recall of the block's members are at least 0.9, and a second import changes no byte."""
    file = EVALUATION / "follower_list_a.parquet"
    code, said = _imports(server, tmp_path, file)
    assert 0 == code, said
    blocks, labels = latest(PAST_BLOCKS, tmp_path), pd.read_parquet(file)
    inside = np.zeros(len(labels), dtype=bool)
    for _, block in blocks.iterrows():
        # Creation times are published to the day, so that no single account is told by them.
        created = labels["created_at"].dt.floor("D")
        is_created = (created >= block["created_first_at"]) & (created <= block["created_last_at"])
        is_placed = (labels["rank"] >= block["first_rank"]) & (labels["rank"] <= block["last_rank"])
        inside |= (is_created & is_placed).to_numpy()
    known, truth = labels["label"] != "unknown", labels["label"] == "coordinated"
    assert (inside & truth).sum() / truth.sum() >= 0.9
    assert (inside & truth).sum() / (inside & known).sum() >= 0.9
    assert blocks["block_summary"].iloc[0] in said
    clock = latest(FOLLOW_CLOCK, tmp_path)
    assert len(labels) == clock["followed_by_count_high"].max()
    assert (clock["followed_by_count"] <= clock["followed_by_count_high"]).all()
    before = _files(tmp_path / "reports" / "past_blocks")
    assert (0, before) == (_imports(server, tmp_path, file)[0], _files(tmp_path / "reports" / "past_blocks"))


@real
@pytest.mark.parametrize("name", ["organic_followers_small", "organic_followers_newest500"])
def test_a_real_organic_list_holds_no_block(server: Server, tmp_path: Path, name: str) -> None:
    """Nothing is found where nobody sees coordination."""
    code, said = _imports(server, tmp_path, EVALUATION / f"{name}.parquet")
    assert 0 == code, said
    assert "hold no coordinated block" in said
    assert 0 == latest(FOLLOWER_LISTS, tmp_path)["blocks_count"].iloc[0]


def _list(followers: int) -> pd.DataFrame:
    created = pd.Timestamp("2015-01-01", tz="UTC") + pd.to_timedelta(np.arange(followers) * 3.1, "D")
    return pd.DataFrame({"rank": np.arange(followers), "created_at": created, "follower_id": np.arange(followers) + 9})


BAD = {
    "without_order": (_list(300).drop(columns="rank"), "rank"),
    "repeated_ids": (_list(300).assign(follower_id=7), "follower ids stand twice"),
    "before_x": (_list(300).assign(created_at=pd.Timestamp("2005-01-01", tz="UTC")), "before X began"),
    "future": (_list(300).assign(created_at=pd.Timestamp("2027-01-01", tz="UTC")), "after the list was read"),
    "empty": (_list(0), "export the list again"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_list_that_cannot_bear_a_judgement_is_refused(server: Server, tmp_path: Path, case: str) -> None:
    """One sentence, exit code 2, and nothing written."""
    rows, sentence = BAD[case]
    rows.to_csv(tmp_path / "list.csv", index=False)
    code, said = _imports(server, tmp_path / "data", tmp_path / "list.csv")
    assert 2 == code
    assert sentence in said
    assert "Traceback" not in said
    assert [] == [path for path in (tmp_path / "data").rglob("*") if path.is_file() and ".lock" not in path.name]


def test_a_hundred_followers_are_too_few(server: Server, tmp_path: Path) -> None:
    """The clock is given and no block is looked for, and the row says why."""
    _list(100).to_csv(tmp_path / "list.csv", index=False)
    code, said = _imports(server, tmp_path / "data", tmp_path / "list.csv")
    assert 0 == code, said
    assert "too few to be searched" in said
    row = latest(FOLLOWER_LISTS, tmp_path / "data").iloc[0]
    assert ("too_few_followers", True) == (row["list_reason"], pd.isna(row["blocks_count"]))
