"""The two vocabularies of X API v2, `tweet` (OpenAPI 2.159) and `post` (2.167), and which one an endpoint speaks.

Requests are written in the words of 2.159, which tweepy speaks, and translated at the door.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
    """

    setting: DialectSetting = "auto"
    spoken: dict[str, Dialect] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)

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

        A dialect that this request has `tried` is not tried again.
        """
        if self.setting != "auto":
            return False
        spoken = self.dialect(endpoint)
        for complaint in said:
            if _is_about_dialect(complaint, sent, spoken) and other_dialect(spoken) not in tried:
                self.spoken = {**self.spoken, endpoint: other_dialect(spoken)}
                return True
            if self._drop(endpoint, sent, complaint):
                return True
        return False

    def _drop(self, endpoint: str, sent: Mapping[str, str], complaint: Complaint) -> bool:
        values = set(sent.get(complaint.parameter, "").split(",")) & set(complaint.refused)
        is_choice = complaint.parameter == "expansions" or complaint.parameter.endswith(".fields")
        if not values or not is_choice:
            return False
        known = self.refused.get(endpoint, [])
        self.refused = {**self.refused, endpoint: [*known, *(f"{complaint.parameter}={v}" for v in sorted(values))]}
        return True

    def to_json(self) -> str:
        """What was learned, as JSON."""
        return json.dumps({"spoken": self.spoken, "refused": self.refused}, sort_keys=True)

    @classmethod
    def from_json(cls, text: str, setting: DialectSetting = "auto") -> "Vocabulary":
        """What an earlier run learned."""
        learned = json.loads(text)
        return cls(setting, cast("dict[str, Dialect]", learned["spoken"]), learned["refused"])


def _is_about_dialect(complaint: Complaint, sent: Mapping[str, str], spoken: Dialect) -> bool:
    if complaint.parameter not in sent:
        return False
    if set(complaint.refused) & ONLY_TWEET:
        return spoken == "tweet"
    values = set(sent[complaint.parameter].split(","))
    return complaint.parameter == FIELDS_NAMES[spoken] and not values & set(complaint.refused)


def _post_name(name: str) -> str:
    return FIELDS_NAMES["post"] if name == FIELDS_NAMES["tweet"] else name


def _post_value(name: str, value: str) -> str:
    return _without(value, ONLY_TWEET) if name.endswith(".fields") else value


def _without(value: str, unwanted: Iterable[str]) -> str:
    return ",".join(part for part in value.split(",") if part not in unwanted)


VOCABULARY_FILE = "vocabulary.json"


def read_vocabulary(root: Path) -> Vocabulary:
    """What earlier runs learned; nothing before the first one."""
    path = root / VOCABULARY_FILE
    if not path.exists():
        return Vocabulary()
    try:
        return Vocabulary.from_json(path.read_text(encoding="utf-8"))
    except (ValueError, TypeError, KeyError) as error:
        message = f"{path} does not hold words as this program writes them: remove it, and they are learned anew."
        raise PageFileError(message) from error


def write_vocabulary(root: Path, learned: Vocabulary) -> None:
    """Keep what was learned; nothing is written before there is anything."""
    if learned.spoken or learned.refused:
        write_bytes(root / VOCABULARY_FILE, learned.to_json().encode())
