import json
from pathlib import Path
from typing import Any

import pytest

from tasks.sources.x_api.endpoints import ENDPOINTS, Endpoint
from tasks.sources.x_api.problems import Complaint, complaints, verdict, without_details
from tasks.sources.x_api.vocabulary import ONLY_TWEET, Dialect, Vocabulary, translate_parameters

SHARED = Path(__file__).parents[2].parent / "shared" / "x_api"


def _shared(name: str) -> dict[str, Any]:
    path = SHARED / name
    if not path.exists():
        pytest.skip("X's documents do not lie beside the repository (../shared/x_api)")
    read: dict[str, Any] = json.loads(path.read_text())
    return read


@pytest.mark.parametrize(("dialect", "file"), [("tweet", "openapi-2.159.json"), ("post", "openapi-2.167.json")])
@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=list(ENDPOINTS))
def test_each_request_is_one_that_x_documents(endpoint: Endpoint, dialect: Dialect, file: str) -> None:
    """Every field asked for, of every endpoint, stands in X's own OpenAPI file of that vocabulary."""
    document = _shared(file)
    operation = document["paths"][endpoint.path]["get"]
    known = {entry["name"]: entry for entry in (resolved(document, said) for said in operation["parameters"])}
    written = {name.replace("_fields", ".fields"): value for name, value in endpoint.fields.items()}
    for name, value in translate_parameters(written, dialect).items():
        allowed = resolved(document, known[name]["schema"])["items"]
        assert set(value.split(",")) <= set(resolved(document, allowed)["enum"]), name


def resolved(document: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """The entry, or what its reference points to."""
    while "$ref" in entry:
        name = entry["$ref"].split("/")
        entry = document[name[1]][name[2]][name[3]]
    return entry


def test_an_expansion_that_was_chosen_is_asked_for_in_both_vocabularies() -> None:
    """The author's id is a free field of one of them; the profile is an expansion in both."""
    asked = {"tweet.fields": "author_id,created_at", "expansions": "author_id"}
    assert asked == translate_parameters(asked, "tweet")
    assert {"post.fields": "created_at", "expansions": "author_id"} == translate_parameters(asked, "post")


def test_the_last_post_is_a_field_of_one_vocabulary() -> None:
    """The other would have to buy it, so it is left out."""
    assert {"user.fields": "id"} == translate_parameters({"user.fields": "id,most_recent_tweet_id"}, "post")


def test_a_fixed_vocabulary_learns_nothing() -> None:
    """With the setting `tweet` a complaint changes nothing."""
    words = Vocabulary("tweet")
    assert not words.learn("posts", {"tweet.fields": "id"}, [Complaint("tweet.fields", ())], {"tweet"})
    assert words.dialect("posts") == "tweet"


def test_a_vocabulary_can_change_back() -> None:
    """An endpoint that spoke the post vocabulary yesterday may speak the other today."""
    words = Vocabulary(spoken={"posts": "post"})
    said = [Complaint("post.fields", ("created_at,id",))]
    assert words.learn("posts", {"post.fields": "created_at,id"}, said, {"post"})
    assert words.dialect("posts") == "tweet"


@pytest.mark.parametrize(
    "form",
    [
        {"errors": [{"parameters": {"user.fields": ["id,most_recent_tweet_id"]}, "message": "@"}]},
        {"parameter": "user.fields", "value": "id,most_recent_tweet_id", "detail": "@"},
        {"parameter": "user.fields", "value": "most_recent_tweet_id"},
    ],
)
def test_a_word_is_learned_wherever_x_names_it(form: dict[str, Any]) -> None:
    """X repeats the whole value and names the word in its sentence: the word is dropped, and the vocabulary stays."""
    sentence = "The `user.fields` query parameter value [most_recent_tweet_id] is not one of [affiliation,created_at]"
    said = json.loads(json.dumps(form).replace("@", sentence))
    words, sent = Vocabulary(), {"user.fields": "id,most_recent_tweet_id"}
    assert words.learn("followers", sent, complaints(said), {"tweet"})
    assert words.dialect("followers") == "tweet"
    assert {"user.fields": "id"} == words.words("followers", sent, "tweet")
    assert ["X does not know most_recent_tweet_id of followers: not asked for"] == words.notes()


def test_other_words_that_x_refuses_too_are_given_up() -> None:
    """No answer in the other words, no proof: the endpoint is asked as before."""
    words = Vocabulary()
    assert words.learn("posts", {"tweet.fields": "id,text"}, [Complaint("tweet.fields", ("id,text",))], {"tweet"})
    assert words.dialect("posts") == "post"
    words.keep_if("posts", is_good=False)
    assert words.dialect("posts") == "tweet"


def test_page_size_is_not_a_word() -> None:
    """A complaint about `max_results` teaches no vocabulary."""
    said = [Complaint("max_results", ("3",))]
    assert not Vocabulary().learn("timeline", {"max_results": "3", "tweet.fields": "id"}, said, {"tweet"})


def test_both_error_forms_are_read() -> None:
    """2.159 lists parameters with values under `errors`; 2.167 names one parameter and value."""
    old = {"errors": [{"message": "m", "parameters": {"a": ["1", "2"]}}]}
    assert [Complaint("a", ("1", "2"))] == list(complaints(old))
    assert [Complaint("a", ("1",))] == list(complaints({"parameter": "a", "value": "1"}))
    assert [Complaint("a", ())] == list(complaints({"parameter": "a", "value": None}))


@pytest.mark.parametrize(
    ("status", "name", "expected"),
    [
        (402, "402_credits_depleted", "credits"),
        (403, "403_client_not_enrolled", "app"),
        (429, "429_usage_cap", "usage_cap"),
        (429, "429_rate_limit", "rate_limit"),
        (401, "401", "unauthorized"),
        (200, "200_user_suspended", "good"),
    ],
)
def test_bodies_seen_in_public_mean_what_they_say(status: int, name: str, expected: str) -> None:
    """Each error body that others have recorded is understood."""
    assert expected == verdict(status, _shared("errors.json")[name])


def test_a_kept_failure_names_no_account() -> None:
    """Of a failure only its kind is kept, not the ids of accounts and apps."""
    body = _shared("errors.json")["402_credits_depleted"] | {"client_id": "5", "errors": [{"detail": "5", "code": 1}]}
    assert {"title", "type", "errors"} == set(without_details(body))
    assert [{"code": 1}] == without_details(body)["errors"]


def test_the_words_of_one_vocabulary_are_those_of_the_documents() -> None:
    """What is dropped for the post vocabulary is what 2.159 has and 2.167 has not."""
    old, new = _shared("openapi-2.159.json"), _shared("openapi-2.167.json")
    names = {"tweet.fields": "post.fields", "user.fields": "user.fields"}
    missing: set[str] = set()
    for old_name, new_name in names.items():
        missing |= choices(old, old_name) - choices(new, new_name)
    assert missing == ONLY_TWEET


def choices(document: dict[str, Any], name: str) -> set[str]:
    """The values of a field parameter on the timeline endpoint."""
    operation = document["paths"]["/2/users/{id}/tweets"]["get"]
    parameters = [resolved(document, entry) for entry in operation["parameters"]]
    schema = next(entry["schema"] for entry in parameters if entry["name"] == name)
    return set(resolved(document, resolved(document, schema)["items"])["enum"])
