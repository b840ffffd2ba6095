"""Where messages go: the URLs of `[notify] urls`, of which no secret stands in a file."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class AddressError(ValueError):
    """An address cannot be used; the message says why, without its secrets."""


@dataclass(frozen=True)
class Address:
    """One of `[notify] urls` as it stands in the file, and the URL that its secrets make of it."""

    template: str
    url: str

    @property
    def key(self) -> str:
        """What the outbox knows it by: the same after a change of password, and no secret."""
        return hashlib.sha256(self.template.encode()).hexdigest()[:12]

    @property
    def name(self) -> str:
        """What may be said of it: its service, and the host where the file names one."""
        service, _, rest = self.template.partition("://")
        host = rest.partition("?")[0].partition("/")[0].rpartition("@")[2]
        return f"{service}://{host}" if rest and "$" not in host else self.template if "$" in self.template else service

    def __repr__(self) -> str:
        """The name alone, because the URL holds secrets."""
        return f"Address({self.name})"


def fill_addresses(urls: Sequence[str], secret_of: Callable[[str], str | None]) -> list[Address]:
    """The addresses, with each `${NAME}` replaced by its secret; the URL is empty where nobody knows one.

    Inside of a URL a secret is quoted, so that it may hold any character; one that is the whole URL stands as it is.
    """
    return [Address(url, _filled(url, secret_of)) for url in urls]


def _filled(url: str, secret_of: Callable[[str], str | None]) -> str:
    secrets = {name: secret_of(name) or "" for name in _PLACEHOLDER.findall(url)}
    if not all(secrets.values()):
        return ""
    whole = _PLACEHOLDER.fullmatch(url)
    return secrets[whole[1]] if whole else _PLACEHOLDER.sub(lambda match: quote(secrets[match[1]], safe=""), url)
