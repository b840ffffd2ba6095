"""People as seen at a moment, column by column: only what is asked for is computed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sandbox.world import ids, randomness, words
from sandbox.world.notables import Notable
from sandbox.world.profiles import Profiles, last_status_ids
from sandbox.world.randomness import Numbers
from sandbox.world.world import World

IMAGES = "https://pbs.example/profile_images"
DEFAULT_IMAGE = "https://abs.example/sticky/default_profile_images/default_profile_normal.png"
Column = list[object]


@dataclass(frozen=True)
class UserView:
    """Some people at a moment. Columns hold None where a person has nothing to show."""

    world: World
    numbers: Numbers
    at: int

    def column(self, name: str) -> Column:
        """One column, e.g. `followers_count`, in the order of the numbers.

        Raises:
            KeyError: No such column.
        """
        values = COLUMNS[name](self)
        for position in self._notable_positions:
            values[position] = NOTABLE_COLUMNS[name](self, self.world.notables[int(self.numbers[position])])
        return values

    @cached_property
    def profiles(self) -> Profiles:
        """Drawn profiles; rows of notables hold nothing of meaning."""
        return self.world.people.profiles(np.maximum(self.numbers, self.world.people_from))

    @cached_property
    def bits(self) -> list[int]:
        """The bits from which a person's words are chosen."""
        bits: list[int] = randomness.bits(self.world.seed, "words", self.numbers).tolist()
        return bits

    @cached_property
    def turned(self) -> list[int]:
        """The row numbers as they stand in ids and handles."""
        turned: list[int] = ids.turned(self.numbers).tolist()
        return turned

    @cached_property
    def _notable_positions(self) -> list[int]:
        return np.flatnonzero(self.numbers < self.world.people_from).tolist()


def find_user(world: World, id_: int, at: int) -> int | None:
    """The row of a user who exists at a moment, suspended or not."""
    number = ids.number(id_)
    if number not in world.notables and not world.is_person(number):
        return None
    users = UserView(world, np.array([number]), at)
    exists = users.column("id") == [id_] and users.column("created") <= [at]
    return number if exists else None


def find_handle(world: World, handle: str, at: int) -> int | None:
    """The row of the user with a handle."""
    notable = world.find_notable(handle)
    if notable is not None:
        return notable.number if notable.created <= at else None
    number = _number_of(handle)
    if number is None or not world.is_person(number):
        return None
    is_same = UserView(world, np.array([number]), at).column("username") == [handle.lower()]
    return number if is_same else None


def _number_of(handle: str) -> int | None:
    """The row spelled by the last five characters of a person's handle."""
    try:
        turned = int(handle[-words.SUFFIX :], 36)
    except ValueError:
        return None
    return (
        ids.number(turned)
        if turned < ids.CAPACITY and words.suffix(turned) == handle[-words.SUFFIX :].lower()
        else None
    )


def _ids(users: UserView) -> Column:
    found: Column = ids.user_ids(users.profiles.created, users.numbers).tolist()
    return found


def _last_posts(users: UserView) -> Column:
    latest: Column = [*last_status_ids(users.numbers, users.profiles, users.at)]
    for position in np.flatnonzero(users.world.posts.has_written(users.numbers)).tolist():
        written = users.world.posts.last_id(int(users.numbers[position]), users.at)
        known = latest[position]
        latest[position] = max((id_ for id_ in (written, known) if isinstance(id_, int)), default=None)
    return latest


def _usernames(users: UserView) -> Column:
    return [words.person_handle(bits, turned) for bits, turned in zip(users.bits, users.turned, strict=True)]


def _images(users: UserView) -> Column:
    defaults = users.profiles.default_image.tolist()
    return [
        DEFAULT_IMAGE if is_default else f"{IMAGES}/{bits >> 8:014x}_normal.jpg"
        for is_default, bits in zip(defaults, users.bits, strict=True)
    ]


def _websites(users: UserView) -> Column:
    sites = zip(users.bits, users.turned, strict=True)
    return [f"https://{words.suffix(turned)}.example/" if words.has_website(bits) else "" for bits, turned in sites]


COLUMNS: dict[str, Callable[[UserView], Column]] = {
    "id": _ids,
    "username": _usernames,
    "name": lambda users: [words.person_name(bits) for bits in users.bits],
    "created": lambda users: users.profiles.created.tolist(),
    "description": lambda users: [words.person_description(bits) for bits in users.bits],
    "location": lambda users: [words.person_location(bits) for bits in users.bits],
    "website": _websites,
    "image": _images,
    "protected": lambda users: users.profiles.protected.tolist(),
    "verified": lambda users: users.profiles.verified.tolist(),
    "followers_count": lambda users: users.profiles.followers.tolist(),
    "following_count": lambda users: users.profiles.following.tolist(),
    "listed_count": lambda users: users.profiles.listed.tolist(),
    "likes_count": lambda users: users.profiles.likes.tolist(),
    "posts_count": lambda users: users.profiles.posts_until(users.at).tolist(),
    "last_post_id": _last_posts,
}
NOTABLE_COLUMNS: dict[str, Callable[[UserView, Notable], object]] = {
    "id": lambda _, notable: notable.id,
    "username": lambda _, notable: notable.handle,
    "name": lambda _, notable: notable.name,
    "created": lambda _, notable: notable.created,
    "description": lambda _, notable: notable.description,
    "location": lambda _, notable: notable.location,
    "website": lambda _, notable: f"https://{notable.handle.replace('_', '-')}.example/",
    "image": lambda _, notable: f"{IMAGES}/{notable.handle}_normal.jpg",
    "protected": lambda _, notable: notable.protected,
    "verified": lambda _, notable: notable.verified,
    "followers_count": lambda users, notable: users.world.followers_count(notable.id, users.at),
    "following_count": lambda _, notable: notable.counts.following,
    "listed_count": lambda _, notable: notable.counts.listed,
    "likes_count": lambda _, notable: notable.counts.likes,
    "posts_count": lambda users, notable: (
        notable.counts.earlier_posts + len(users.world.posts.by_author(notable.number, users.at))
    ),
    "last_post_id": lambda users, notable: users.world.posts.last_id(notable.number, users.at),
}
