"""The two vocabularies of X API v2, `tweet` (OpenAPI 2.159) and `post` (2.167), and which one an endpoint speaks.

Requests are written in the words of 2.159, which tweepy speaks, and translated at the door.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, TypeAlias, cast

from tasks.sources.x_api.problems import Complaint, PageFileError
from tasks.store.durable import write_bytes

Dialect: TypeAlias = Literal["tweet", "post"]

DialectSetting: TypeAlias = Literal["tweet", "post", "auto"]

FIRST_TRIED: Dialect = "tweet"
"""What `auto` begins with: in it authors and last posts are free fields, in the other they are billed expansions."""

FIELDS_NAMES: Mapping[Dialect, str] = {"tweet": "tweet.fields", "post": "post.fields"}

ONLY_TWEET = frozenset(
    {
        "affiliation",
        "author_id",
        "edit_history_tweet_ids",
        "in_reply_to_user_id",
        "most_recent_tweet_id",
        "note_tweet",
        "pinned_tweet_id",
        "referenced_tweets",
    }
)
"""Values of field parameters that the post dialect does not know."""


def translate_parameters(parameters: Mapping[str, str], dialect: Dialect) -> dict[str, str]:
    """The parameters of a request in the words of the dialect.

    A value is left out where the dialect has no such field; an expansion is a choice, and stays in both.
    """
    if dialect == "post":
        return {_post_name(name): _post_value(name, value) for name, value in parameters.items()}
    return {name: value for name, value in parameters.items() if value}


def other_dialect(dialect: Dialect) -> Dialect:
    """The other of the two dialects."""
    return "post" if dialect == "tweet" else "tweet"


@dataclass
class Vocabulary:
    """Which words each endpoint accepts, as learned so far; `to_json` and `from_json` keep it between runs.

    With the setting `tweet` or `post` nothing is learned.
    `refused` holds, per endpoint, the values that it does not accept, as `parameter=value`.
    `since` is the day of the first lesson: all are forgotten a week later, so that X is asked anew.
    """

    setting: DialectSetting = "auto"
    spoken: dict[str, Dialect] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)
    since: date | None = None
    _on_trial: dict[str, Dialect] = field(default_factory=dict)

    def dialect(self, endpoint: str) -> Dialect:
        """The dialect in which the endpoint is asked."""
        if self.setting != "auto":
            return self.setting
        return self.spoken.get(endpoint, FIRST_TRIED)

    def words(self, endpoint: str, parameters: Mapping[str, str], dialect: Dialect) -> dict[str, str]:
        """The parameters as they are sent to the endpoint: translated, without the values that it refused."""
        said = translate_parameters(parameters, dialect)
        for refused in self.refused.get(endpoint, ()):
            name, _, value = refused.partition("=")
            if name in said:
                said[name] = _without(said[name], {value})
        return {name: value for name, value in said.items() if value}

    def learn(self, endpoint: str, sent: Mapping[str, str], said: Iterable[Complaint], tried: set[Dialect]) -> bool:
        """Whether the complaints about what was sent teach something, so that repeating may help.

        A word that X names is dropped.
        Where it names none, the other dialect is tried, and kept only when X then answers: see `keep_if`.
        A dialect that this request has `tried` is not tried again.
        """
        if self.setting != "auto":
            return False
        complaints = list(said)
        lessons = [self._drop(endpoint, sent, complaint) for complaint in complaints]
        if any(lessons):
            return True
        spoken = self.dialect(endpoint)
        is_about_dialect = any(complaint.parameter == FIELDS_NAMES[spoken] for complaint in complaints)
        if not is_about_dialect or FIELDS_NAMES[spoken] not in sent or other_dialect(spoken) in tried:
            return False
        self._on_trial[endpoint] = spoken
        self.spoken = {**self.spoken, endpoint: other_dialect(spoken)}
        return True

    def keep_if(self, endpoint: str, *, is_good: bool) -> None:
        """End the trial of another dialect: X's answer in its words is the proof, and without it the old one stands."""
        before = self._on_trial.pop(endpoint, None)
        if before is not None and not is_good:
            self.spoken = {**self.spoken, endpoint: before}

    def notes(self) -> list[str]:
        """What X does not accept of what it is asked, a sentence per endpoint."""
        words = {name: sorted(entry.partition("=")[2] for entry in said) for name, said in self.refused.items()}
        dropped = [f"X does not know {', '.join(said)} of {name}: not asked for" for name, said in words.items()]
        changed = [name for name, said in self.spoken.items() if said != FIRST_TRIED]
        return [*dropped, *([f"X speaks its newer words for {', '.join(sorted(changed))}"] if changed else [])]

    def _drop(self, endpoint: str, sent: Mapping[str, str], complaint: Complaint) -> bool:
        values = set(sent.get(complaint.parameter, "").split(",")) & set(complaint.refused)
        is_choice = complaint.parameter in {"expansions", "exclude"} or complaint.parameter.endswith(".fields")
        if not values or not is_choice:
            return False
        known = self.refused.get(endpoint, [])
        self.refused = {**self.refused, endpoint: [*known, *(f"{complaint.parameter}={v}" for v in sorted(values))]}
        return True

    def to_json(self) -> str:
        """What was learned, as JSON."""
        since = self.since and self.since.isoformat()
        return json.dumps({"spoken": self.spoken, "refused": self.refused, "since": since}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str, setting: DialectSetting = "auto") -> "Vocabulary":
        """What an earlier run learned."""
        learned = json.loads(text)
        since = learned.get("since") and date.fromisoformat(learned["since"])
        return cls(setting, cast("dict[str, Dialect]", learned["spoken"]), learned["refused"], since)


def _post_name(name: str) -> str:
    return FIELDS_NAMES["post"] if name == FIELDS_NAMES["tweet"] else name


def _post_value(name: str, value: str) -> str:
    return _without(value, ONLY_TWEET) if name.endswith(".fields") else value


def _without(value: str, unwanted: Iterable[str]) -> str:
    return ",".join(part for part in value.split(",") if part not in unwanted)


VOCABULARY_FILE = "vocabulary.json"


RELEARN = timedelta(days=7)
"""After so long X is asked in all words again: a refused question is free, and what X lacked it may have."""


def read_vocabulary(root: Path, day: date) -> Vocabulary:
    """What earlier runs learned; nothing before the first one, nor a week after it."""
    path = root / VOCABULARY_FILE
    if not path.exists():
        return Vocabulary()
    try:
        learned = Vocabulary.from_json(path.read_text(encoding="utf-8"))
        return Vocabulary() if learned.since is None or day - learned.since >= RELEARN else learned
    except (ValueError, TypeError, KeyError) as error:
        message = f"{path} does not hold words as this program writes them: remove it, and they are learned anew."
        raise PageFileError(message) from error


def write_vocabulary(root: Path, learned: Vocabulary, day: date) -> None:
    """Keep what was learned; nothing is written before there is anything."""
    path = root / VOCABULARY_FILE
    if learned.spoken or learned.refused or path.exists():
        write_bytes(path, replace(learned, since=learned.since or day).to_json().encode())
