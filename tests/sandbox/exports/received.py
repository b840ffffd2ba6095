"""What posts have received by each of many moments: the counts of the API, and the clicks that only owners see."""

from dataclasses import dataclass

import numpy as np

from sandbox.world.posts import Kind, PostBook
from sandbox.world.randomness import Floats, Numbers

# Of so many impressions, one leads to the click. The sandbox's API counts profile clicks alike.
IMPRESSIONS_PER_VISIT = 90
IMPRESSIONS_PER_EXPAND = 60
IMPRESSIONS_PER_PERMALINK = 400


@dataclass(frozen=True)
class Totals:
    """Counts since each post was published: one row per post, one column per moment."""

    impressions: Numbers
    likes: Numbers
    bookmarks: Numbers
    replies: Numbers
    reposts: Numbers
    quotes: Numbers

    @property
    def profile_visits(self) -> Numbers:
        """Visits to the profile of the author, or of who is mentioned, from each post."""
        return self.impressions // IMPRESSIONS_PER_VISIT

    @property
    def detail_expands(self) -> Numbers:
        """Clicks that open the post."""
        return self.impressions // IMPRESSIONS_PER_EXPAND

    @property
    def permalink_clicks(self) -> Numbers:
        """Clicks on the post's own address."""
        return self.impressions // IMPRESSIONS_PER_PERMALINK

    @property
    def engagements(self) -> Numbers:
        """Whatever anybody did with a post: likes, replies, reposts, quotes, bookmarks and clicks."""
        done = self.likes + self.replies + self.reposts + self.quotes + self.bookmarks
        return done + self.profile_visits + self.detail_expands + self.permalink_clicks


def totals(book: PostBook, rows: Numbers, moments: Numbers) -> Totals:
    """What `PostBook.counts` says of these posts at each of the moments, which must rise; 0 before a post's time."""
    counted = Acts(len(book.rows), rows, moments)
    posts = book.rows
    age = np.maximum(moments[None, :] - posts.created[rows][:, None], 0)
    grown = 1.0 - np.exp(-age / posts.ripening[rows][:, None])
    likes = counted.by(book.likes.post, book.likes.at) + _grown(posts.outside_likes[rows], grown)
    reposts = counted.by(book.reposts.post, book.reposts.at) + _grown(posts.outside_reposts[rows], grown)
    replies, quotes = (
        counted.by(posts.parent[answers], posts.created[answers])
        for answers in (np.flatnonzero((posts.kind == kind) & (posts.parent >= 0)) for kind in (Kind.REPLY, Kind.QUOTE))
    )
    return Totals(
        impressions=_grown(posts.impressions[rows], grown) + likes + reposts + replies + quotes,
        likes=likes,
        bookmarks=_grown(posts.bookmarks[rows], grown),
        replies=replies,
        reposts=reposts,
        quotes=quotes,
    )


class Acts:
    """Counts what was done with some posts by each of many moments."""

    def __init__(self, size: int, rows: Numbers, moments: Numbers) -> None:
        """Of a book of so many posts, these rows."""
        self._moments = moments
        self._shape = (len(rows), len(moments) + 1)
        self._place = np.full(size, -1, dtype=np.int64)
        self._place[rows] = np.arange(len(rows))

    def by(self, post: Numbers, at: Numbers) -> Numbers:
        """How many of these acts had been done: one row per post, one column per moment."""
        place = self._place[post]
        ours = np.flatnonzero(place >= 0)
        # An act counts from the first moment on that is not before it; after the last moment, in no column.
        column = np.searchsorted(self._moments, at[ours], side="left")
        cells = np.bincount(place[ours] * self._shape[1] + column, minlength=self._shape[0] * self._shape[1])
        return np.asarray(cells.reshape(self._shape)[:, :-1].cumsum(axis=1), dtype=np.int64)


def _grown(most: Floats, grown: Floats) -> Numbers:
    return (most[:, None] * grown).astype(np.int64)
