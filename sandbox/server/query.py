"""What a request asks for, checked as X checks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sandbox.server.endpoints import Endpoint
from sandbox.server.problems import Refusal, invalid
from sandbox.server.vocabulary import OTHER_FIELDS, USAGE_FIELDS, Vocabulary
from sandbox.world.moments import milliseconds

GRANULARITIES = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
COUNT_FIELDS = frozenset({"start", "end", "tweet_count"})
HANDLE_LENGTH = 15


@dataclass(frozen=True)
class Query:
    """The parameters of a request, by name, in one vocabulary."""

    endpoint: Endpoint
    vocabulary: Vocabulary
    values: Mapping[str, str]

    def refuse(self, parameter: str, message: str | None = None) -> Refusal:
        """A 400 that names a parameter and its value."""
        value = self.values.get(parameter, "")
        default = f"The `{parameter}` query parameter value [{value}] is not valid"
        return invalid(self.vocabulary, parameter, value, message or default)

    def listed(self, parameter: str) -> list[str]:
        """A comma-separated parameter; empty where it is absent."""
        text = self.values.get(parameter, "")
        return text.split(",") if text else []

    def fields(self, parameter: str, defaults: tuple[str, ...]) -> tuple[str, ...]:
        """The fields asked for, after those that always come."""
        return (*defaults, *(name for name in self.listed(parameter) if name not in defaults))

    @property
    def user_fields(self) -> tuple[str, ...]:
        """Fields of users."""
        return self.fields("user.fields", ("id", "name", "username"))

    @property
    def post_fields(self) -> tuple[str, ...]:
        """Fields of posts."""
        return self.fields(self.vocabulary.post_fields_parameter, self.vocabulary.default_post_fields)

    @property
    def expansions(self) -> list[str]:
        """Expansions asked for."""
        return self.listed("expansions")

    def integer(self, parameter: str, lowest: int, highest: int, default: int) -> int:
        """A whole number within bounds.

        Raises:
            Refusal: 400.
        """
        text = self.values.get(parameter)
        if text is None:
            return default
        if not text.isascii() or not text.isdigit():
            raise self.refuse(parameter)
        if not lowest <= int(text) <= highest:
            message = f"The `{parameter}` query parameter value [{text}] is not between {lowest} and {highest}"
            raise self.refuse(parameter, message)
        return int(text)

    def milliseconds(self, parameter: str) -> int | None:
        """A time (RFC 3339) in milliseconds.

        Raises:
            Refusal: 400.
        """
        text = self.values.get(parameter)
        if text is None:
            return None
        try:
            return milliseconds(datetime.fromisoformat(text))
        except ValueError as error:
            raise self.refuse(parameter) from error

    def id_(self, parameter: str) -> int | None:
        """An id of at most 19 digits.

        Raises:
            Refusal: 400.
        """
        text = self.values.get(parameter)
        if text is not None and not is_id(text):
            raise self.refuse(parameter)
        return None if text is None else int(text)


def is_id(text: str) -> bool:
    """Whether a text is an id: 1 to 19 digits."""
    return text.isascii() and text.isdigit() and len(text) < 20  # noqa: PLR2004 - X's own pattern, ^[0-9]{1,19}$


def check_query(query: Query) -> Query:
    """The same query, if each of its parameters and field names is known.

    Raises:
        Refusal: 400, naming the first that is not.
    """
    known = allowed_values(query.endpoint, query.vocabulary)
    for parameter in query.values:
        if parameter not in known:
            message = f"The query parameter [{parameter}] is not one of [{','.join(sorted(known))}]"
            raise query.refuse(parameter, message)
        _check_values(query, parameter, known[parameter])
    return query


def _check_values(query: Query, parameter: str, allowed: frozenset[str]) -> None:
    for value in query.listed(parameter) if allowed else []:
        if value not in allowed:
            message = f"The `{parameter}` query parameter value [{value}] is not one of [{','.join(sorted(allowed))}]"
            # In tweet words X repeats the whole value, and names the word in its sentence (three public recordings).
            said = query.values[parameter] if query.vocabulary.name == "tweet" else value
            raise invalid(query.vocabulary, parameter, said, message)


def allowed_values(endpoint: Endpoint, vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    """Each parameter that an endpoint takes, with the values of those that name fields; none for free ones."""
    anything: frozenset[str] = frozenset()
    known = dict.fromkeys(endpoint.parameters, anything)
    if "exclude" in known:
        known["exclude"] = frozenset({"replies", "retweets"})
    if endpoint.holds in {"users", "posts"}:
        expansions = vocabulary.user_expansions if endpoint.holds == "users" else vocabulary.post_expansions
        known |= {"user.fields": vocabulary.user_fields, "expansions": expansions}
        known[vocabulary.post_fields_parameter] = vocabulary.post_fields
    if endpoint.holds == "posts":
        known |= OTHER_FIELDS
    if endpoint.holds == "counts" and vocabulary.name == "tweet":
        known["search_count.fields"] = COUNT_FIELDS
    if endpoint.holds == "usage":
        known["usage.fields"] = USAGE_FIELDS
    return known
