"""People as seen at a moment, column by column: only what is asked for is computed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from tasks.sources.sandbox.world import dice, ids, statuses, words
from tasks.sources.sandbox.world.dice import Numbers
from tasks.sources.sandbox.world.notables import NOTABLES, Notable
from tasks.sources.sandbox.world.profiles import Profiles

if TYPE_CHECKING:
    from tasks.sources.sandbox.world.world import World

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
            values[position] = self._of_notable(self.world.notables[int(self.numbers[position])], name)
        return values

    @cached_property
    def profiles(self) -> Profiles:
        """Drawn profiles; rows of notables hold nothing of meaning."""
        return self.world.people.profiles(np.maximum(self.numbers, NOTABLES))

    @cached_property
    def bits(self) -> list[int]:
        """The bits from which a person's words are chosen."""
        return dice.bits(self.world.seed, "words", self.numbers).tolist()

    @cached_property
    def turned(self) -> list[int]:
        """The row numbers as they stand in ids and handles."""
        return ids.turned(self.numbers).tolist()

    @cached_property
    def _notable_positions(self) -> list[int]:
        return np.flatnonzero(self.numbers < NOTABLES).tolist()

    def _of_notable(self, notable: Notable, name: str) -> object:
        derived: dict[str, Callable[[], object]] = {
            "created": lambda: notable.created,
            "username": lambda: notable.handle,
            "id": lambda: notable.id,
            "image": lambda: f"{IMAGES}/{notable.id}/{notable.handle}_normal.jpg",
            "website": lambda: f"https://{notable.handle.replace('_', '-')}.example/",
            "followers_count": lambda: self.world.followers_count(notable.id, self.at),
            "posts_count": lambda: (
                notable.earlier_posts_count + len(self.world.posts.by_author(notable.number, self.at))
            ),
            "last_post_id": lambda: self.world.posts.last_id(notable.number, self.at),
        }
        return derived[name]() if name in derived else getattr(notable, name)


def _ids(crowd: Crowd) -> Column:
    return ids.user_ids(crowd.profiles.created, crowd.numbers).tolist()


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
