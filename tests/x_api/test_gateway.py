import pytest
from pydantic import SecretStr

from tasks.sources.x_api.access import Credentials, CredentialsError, UnsafeRootError, safe_root
from tasks.sources.x_api.gateway import XGateway, x_client
from tests.x_api.scripted import Answer, scripted
from tests.x_api.sessions import SECRET, credentials


@pytest.mark.parametrize(
    "root",
    [
        "http://api.x.com",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1@example.com",
        "http://example.com\\@127.0.0.1",
        "http://localhost.example.com:80",
        "http://0.0.0.0:8000",
        "http://127.1",
        "http://[::2]",
        "ftp://127.0.0.1",
        "https://user:pass@api.x.com",
        "https://api.x.com?x=1",
        "https://api.x.com#x",
        " https://api.x.com",
        "api.x.com",
        "",
    ],
)
def test_a_token_never_leaves_in_clear(root: str) -> None:
    """A base URL that is neither https nor loopback is refused before anything is sent."""
    with pytest.raises(UnsafeRootError):
        XGateway(root)


@pytest.mark.parametrize(
    "root", ["https://api.x.com", "http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost:8000"]
)
def test_https_and_loopback_are_fine(root: str) -> None:
    """The base URL is kept without its last slash."""
    assert root == safe_root(root + "/")


def test_a_redirect_is_not_followed() -> None:
    """A redirect to another host gets neither a request nor a token."""
    with scripted(Answer({})) as other, scripted(Answer(status=302, headers={"Location": other.root})) as x:
        client = x_client(credentials(), XGateway(x.root))
        with pytest.raises(OSError, match="302"):
            client.calls.get_users(ids="1")
    assert not other.asked


def test_another_host_is_refused() -> None:
    """The session serves tweepy's requests to X and nothing else."""
    with pytest.raises(UnsafeRootError):
        XGateway("https://api.x.com").request("GET", "https://example.com/")


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a proxy nor a netrc file from the environment comes between, unless set and the root is https."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with scripted(Answer({"data": []})) as x:
        client = x_client(credentials(), XGateway(x.root, trust_env=True))
        client.calls.get_users(ids="1")
    assert [f"Bearer {SECRET}"] == [question.authorization for question in x.asked]
    assert XGateway("https://api.x.com", trust_env=True).trust_env
    assert not XGateway("https://api.x.com").trust_env


def test_the_keys_of_a_user_sign_the_final_address() -> None:
    """OAuth 1.0a signs what is sent: the loopback address and the translated words."""
    with scripted(Answer({"data": []})) as x:
        client = x_client(credentials(has_user=True), XGateway(x.root))
        client.gateway.words = lambda _: {"post.fields": "id"}
        client.calls.get_users_tweets("1", tweet_fields="id,author_id", user_auth=True)
    assert {"post.fields": "id"} == x.asked[0].parameters
    assert x.asked[0].authorization.startswith("OAuth ")


def test_credentials_do_not_show() -> None:
    """Neither their repr nor an error about them holds a secret."""
    assert SECRET not in repr(credentials())
    with pytest.raises(CredentialsError) as caught:
        Credentials(consumer_key=SecretStr(SECRET), access_token=SecretStr(SECRET))
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("token", [None, SecretStr("")])
def test_no_credentials_are_refused(token: SecretStr | None) -> None:
    """Without a token tweepy would send `Bearer None`."""
    with pytest.raises(CredentialsError):
        Credentials(bearer_token=token)


def test_three_keys_are_not_enough() -> None:
    """Half a set of keys beside a bearer token is a mistake, not a choice."""
    with pytest.raises(CredentialsError):
        Credentials(bearer_token=SecretStr("b"), consumer_key=SecretStr("c"))


@pytest.mark.parametrize("token", [f"{SECRET}\n", f" {SECRET}", "tok\u2026en"])
def test_a_token_that_fits_no_header_is_refused(token: str) -> None:
    """Requests would quote it in its own error; the sentence here does not."""
    with pytest.raises(CredentialsError) as caught:
        Credentials(bearer_token=SecretStr(token))
    assert token.strip() not in str(caught.value)
