"""Users as X writes them: only the fields asked for, empty ones left out."""

from collections.abc import Callable

from sandbox.server.problems import Json
from sandbox.server.vocabulary import Vocabulary
from sandbox.world.moments import wire_time
from sandbox.world.user_view import Column, UserView

# One user in sixteen has its creation time written without milliseconds, where the settings mix the forms.
SECONDS_ONLY = 16


def user_objects(
    users: UserView, fields: tuple[str, ...], vocabulary: Vocabulary, *, mixes_times: bool = False
) -> list[Json]:
    """One object per user with the fields asked for."""
    shown = [name for name in fields if name in COLUMNS or name == "created_at"]
    columns = [
        _times(users, mixes_times) if name == "created_at" else COLUMNS[name](users, vocabulary) for name in shown
    ]
    return [
        {name: value for name, value in zip(shown, row, strict=True) if value is not None}
        for row in zip(*columns, strict=True)
    ]


def _times(users: UserView, mixes_times: bool) -> Column:
    return [
        wire_time(created, whole_seconds=mixes_times and id_ % SECONDS_ONLY == 0)
        for created, id_ in zip(_integers(users, "created"), _integers(users, "id"), strict=True)
    ]


def _integers(users: UserView, name: str) -> list[int]:
    return [value for value in users.column(name) if isinstance(value, int)]


def _metrics(users: UserView, vocabulary: Vocabulary) -> Column:
    names = ("followers_count", "following_count", "posts_count", "listed_count", "likes_count")
    wire = ("followers_count", "following_count", f"{vocabulary.word}_count", "listed_count", "like_count")
    extra = {"media_count": None} if vocabulary.sends_empty else {}
    rows = zip(*(users.column(name) for name in names), strict=True)
    return [{**dict(zip(wire, row, strict=True)), **extra} for row in rows]


def _entities(users: UserView, vocabulary: Vocabulary) -> Column:
    empty = {"url": None} if vocabulary.sends_empty else None
    return [_link(str(site)) if site else empty for site in users.column("website")]


def _link(site: str) -> Json:
    shown = site.removeprefix("https://").rstrip("/")
    url = short_link(site)
    return {"url": {"urls": [{"start": 0, "end": len(url), "url": url, "expanded_url": site, "display_url": shown}]}}


def short_link(site: str) -> str:
    """The link that X puts in place of a site's own."""
    return "https://t.co/" + site.removeprefix("https://").partition(".")[0][:10]


def _text(name: str) -> Callable[[UserView, Vocabulary], Column]:
    return lambda users, _: [value or None for value in users.column(name)]


def _plain(name: str) -> Callable[[UserView, Vocabulary], Column]:
    return lambda users, _: users.column(name)


def _last_post(users: UserView, _: Vocabulary) -> Column:
    return [None if value is None else str(value) for value in users.column("last_post_id")]


COLUMNS: dict[str, Callable[[UserView, Vocabulary], Column]] = {
    "id": lambda users, _: [str(value) for value in users.column("id")],
    "name": _plain("name"),
    "username": _plain("username"),
    "description": _text("description"),
    "location": _text("location"),
    "url": lambda users, _: [short_link(str(site)) if site else "" for site in users.column("website")],
    "entities": _entities,
    "profile_image_url": _plain("image"),
    "protected": _plain("protected"),
    "verified": _plain("verified"),
    "verified_type": lambda users, _: ["blue" if value else "none" for value in users.column("verified")],
    "public_metrics": _metrics,
    "most_recent_tweet_id": _last_post,
    "most_recent_post_id": _last_post,
}
