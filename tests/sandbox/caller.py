"""A plain HTTP caller of the sandbox."""

from types import TracebackType
from typing import Any, Self

import requests

from sandbox.serve import Sandbox

USER_FIELDS = (
    "created_at,description,entities,location,name,profile_image_url,protected,public_metrics,url,"
    "username,verified,verified_type"
)
TWEET_FIELDS = (
    "author_id,conversation_id,created_at,entities,in_reply_to_user_id,lang,possibly_sensitive,public_metrics,"
    "referenced_tweets,reply_settings"
)
POST_FIELDS = "conversation_id,created_at,entities,lang,possibly_sensitive,public_metrics,reply_settings"


class Caller:
    """Asks as an app, or as a user when it is given an account."""

    def __init__(self, sandbox: Sandbox, account_id: int | None = None) -> None:
        """Call a sandbox."""
        self.sandbox = sandbox
        # Seconds to wait for an answer.
        self.patience = 10.0
        self._session = requests.Session()
        self._session.trust_env = False
        token = f'OAuth oauth_token="{account_id}-t", oauth_signature="s"'
        self._session.headers["Authorization"] = "Bearer sandbox-bearer" if account_id is None else token

    def __enter__(self) -> Self:
        """Open."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close the connections."""
        self._session.close()

    def ask(self, path: str, **parameters: str | int) -> requests.Response:
        """GET a path; double underscores in names stand for dots."""
        wire = {name.replace("__", "."): value for name, value in parameters.items()}
        return self._session.get(self.sandbox.base_url + path, params=wire, timeout=self.patience)

    def ask_with(self, authorization: str, path: str, **parameters: str | int) -> requests.Response:
        """GET a path with another Authorization header."""
        headers = {"Authorization": authorization}
        return self._session.get(
            self.sandbox.base_url + path, params=parameters, headers=headers, timeout=self.patience
        )

    def body(self, path: str, **parameters: str | int) -> Any:  # noqa: ANN401 - JSON
        """The JSON body of an answer that must be a 200."""
        response = self.ask(path, **parameters)
        assert response.status_code == 200, response.text
        return response.json()

    @property
    def is_post(self) -> bool:
        """Whether the sandbox speaks post."""
        return self.sandbox.settings.vocabulary == "post"

    @property
    def word(self) -> str:
        """Tweet or post."""
        return self.sandbox.settings.vocabulary

    @property
    def post_fields(self) -> dict[str, str]:
        """The post fields that a pipeline reads."""
        return {"post.fields": POST_FIELDS} if self.is_post else {"tweet.fields": TWEET_FIELDS}

    @property
    def user_fields(self) -> dict[str, str]:
        """The user fields that a pipeline reads."""
        return {"user.fields": USER_FIELDS if self.is_post else USER_FIELDS + ",most_recent_tweet_id"}

    def id_of(self, handle: str) -> int:
        """The id of a named account."""
        return self.sandbox.world.account(handle).id
