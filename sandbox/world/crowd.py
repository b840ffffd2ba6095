"""People as seen at a moment, column by column: only what is asked for is computed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sandbox.world import dice, ids, statuses, words
from sandbox.world.dice import Numbers
from sandbox.world.notables import Notable
from sandbox.world.profiles import Profiles

if TYPE_CHECKING:
    from sandbox.world.world import World

IMAGES = "https://pbs.example/profile_images"
DEFAULT_IMAGE = "https://abs.example/sticky/default_profile_images/default_profile_normal.png"
Column = list[object]


@dataclass(frozen=True)
class Crowd:
    """Some people at a moment. Columns hold None where a person has nothing to show."""

    world: "World"
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
        bits: list[int] = dice.bits(self.world.seed, "words", self.numbers).tolist()
        return bits

    @cached_property
    def turned(self) -> list[int]:
        """The row numbers as they stand in ids and handles."""
        turned: list[int] = ids.turned(self.numbers).tolist()
        return turned

    @cached_property
    def _notable_positions(self) -> list[int]:
        return np.flatnonzero(self.numbers < self.world.people_from).tolist()


def _ids(crowd: Crowd) -> Column:
    found: Column = ids.user_ids(crowd.profiles.created, crowd.numbers).tolist()
    return found


def _last_posts(crowd: Crowd) -> Column:
    latest: Column = [*statuses.last_ids(crowd.numbers, crowd.profiles, crowd.at)]
    for position in np.flatnonzero(crowd.world.posts.has_written(crowd.numbers)).tolist():
        written = crowd.world.posts.last_id(int(crowd.numbers[position]), crowd.at)
        known = latest[position]
        latest[position] = max((id_ for id_ in (written, known) if isinstance(id_, int)), default=None)
    return latest


def _usernames(crowd: Crowd) -> Column:
    return [words.person_handle(bits, turned) for bits, turned in zip(crowd.bits, crowd.turned, strict=True)]


def _images(crowd: Crowd) -> Column:
    defaults = crowd.profiles.default_image.tolist()
    return [
        DEFAULT_IMAGE if is_default else f"{IMAGES}/{bits >> 8:014x}_normal.jpg"
        for is_default, bits in zip(defaults, crowd.bits, strict=True)
    ]


def _websites(crowd: Crowd) -> Column:
    sites = zip(crowd.bits, crowd.turned, strict=True)
    return [f"https://{words.suffix(turned)}.example/" if words.has_website(bits) else "" for bits, turned in sites]


COLUMNS: dict[str, Callable[[Crowd], Column]] = {
    "id": _ids,
    "username": _usernames,
    "name": lambda crowd: [words.person_name(bits) for bits in crowd.bits],
    "created": lambda crowd: crowd.profiles.created.tolist(),
    "description": lambda crowd: [words.person_description(bits) for bits in crowd.bits],
    "location": lambda crowd: [words.person_location(bits) for bits in crowd.bits],
    "website": _websites,
    "image": _images,
    "protected": lambda crowd: crowd.profiles.protected.tolist(),
    "verified": lambda crowd: crowd.profiles.verified.tolist(),
    "followers_count": lambda crowd: crowd.profiles.followers.tolist(),
    "following_count": lambda crowd: crowd.profiles.following.tolist(),
    "listed_count": lambda crowd: crowd.profiles.listed.tolist(),
    "likes_count": lambda crowd: crowd.profiles.likes.tolist(),
    "posts_count": lambda crowd: crowd.profiles.posts_until(crowd.at).tolist(),
    "last_post_id": _last_posts,
}
NOTABLE_COLUMNS: dict[str, Callable[[Crowd, Notable], object]] = {
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
    "followers_count": lambda crowd, notable: crowd.world.followers_count(notable.id, crowd.at),
    "following_count": lambda _, notable: notable.counts.following,
    "listed_count": lambda _, notable: notable.counts.listed,
    "likes_count": lambda _, notable: notable.counts.likes,
    "posts_count": lambda crowd, notable: (
        notable.counts.earlier_posts + len(crowd.world.posts.by_author(notable.number, crowd.at))
    ),
    "last_post_id": lambda crowd, notable: crowd.world.posts.last_id(notable.number, crowd.at),
}
