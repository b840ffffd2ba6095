"""Housekeeping as tasks: each is one sentence of what was done, which names nobody."""

from datetime import date, timedelta

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.states import Failed
from pydantic import SecretStr

from tasks import REFUSED
from tasks.followers.report import pseudonym
from tasks.maintenance.expire import TooYoungError, expire
from tasks.maintenance.forget import apply_forget_list
from tasks.maintenance.purge import purge
from tasks.maintenance.rotation import rotate
from tasks.maintenance.verify import remove_damaged, verify
from tasks.store.root import DataRoot
from tasks.store.secret import LostSecretError, secret_of
from tasks.store.tables import Tables


@task(cache_policy=NO_CACHE)
def forget_people(root: DataRoot, secret: SecretStr, bluesky_root: str) -> str:
    """Forget everybody who is on the list below the data root.

    A failure that says what was done and what could not be; a refusal where nobody could be forgotten.
    """
    key = secret.get_secret_value()
    done = apply_forget_list(
        root, lambda account, person: pseudonym(account, int(person), key), lambda handle: _did_of(handle, bluesky_root)
    )
    if not done.problems:
        return str(done)
    return Failed(name="Failed" if done.count else REFUSED, message=str(done))  # type: ignore[return-value]  # a state ends the task


@task(cache_policy=NO_CACHE)
def purge_account(root: DataRoot, handle: str, secret: SecretStr) -> str:
    """Remove everything of a tracked account."""
    return purge(root, handle, secret.get_secret_value())


@task(cache_policy=NO_CACHE)
def expire_pages(root: DataRoot, today: date, days: int) -> str:
    """Remove raw pages older than this; a refusal when a reading may still need them."""
    try:
        return expire(root, today, days)
    except TooYoungError as problem:
        return Failed(name=REFUSED, message=str(problem))  # type: ignore[return-value]  # a state ends the task


@task(cache_policy=NO_CACHE)
def compact_months(root: DataRoot, today: date, days: int) -> str:
    """Put the staged batches of each month that ended so many days ago into one file."""
    return str(Tables(root).compact(today - timedelta(days=days)))


@task(cache_policy=NO_CACHE)
def verify_files(root: DataRoot) -> list[str]:
    """Everything that is wrong with the files below the data root, and what to run; nothing when all is whole."""
    return verify(root)


@task(cache_policy=NO_CACHE)
def rotate_secret(root: DataRoot) -> str:
    """Make a new secret, and rewrite by it what the old one gave; a refusal where it is not certain which that is."""
    try:
        return rotate(root)
    except LostSecretError as problem:
        return Failed(name=REFUSED, message=str(problem))  # type: ignore[return-value]  # a state ends the task


@task(cache_policy=NO_CACHE)
def repair_files(root: DataRoot) -> str:
    """Close what others may read, and remove damaged reports and notes, which are then to be derived anew."""
    secret_of(root)
    closed = root.close()
    return f"{closed} files and folders closed to others, {remove_damaged(root)} damaged reports and notes removed"


def _did_of(handle: str, bluesky_root: str) -> str | None:
    # atproto takes a second to load, which every run would pay for the few that ask Bluesky.
    from tasks.sources.bluesky.gateway import did_of  # noqa: PLC0415 - see above

    return did_of(handle, bluesky_root)
