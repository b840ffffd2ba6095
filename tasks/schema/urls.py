r"""Where a secret may be sent: to a host reached by https, or to this machine.

The clients below this pipeline read odd spellings differently: of `http://HOST\@127.0.0.1` one asks HOST, another one
127.0.0.1. So what they might not agree on is refused, and not interpreted.
"""

import re
from ipaddress import ip_address

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
_URL = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9A-Fa-f:]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?:/[A-Za-z0-9._~/-]*)?"
)
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)")
"""A host that ends in a number is an IPv4 address to some clients, however short: 127.1, 0x7f.1, 2130706433."""
_PORTS = range(1, 2**16)


def is_https_or_loopback(url: str) -> bool:
    """Whether the base URL is https, or http to this machine, in a spelling that every client reads alike.

    Lower-case scheme, a host of ASCII letters, digits and hyphens or an IP address, a port, a plain path; nothing else.

    >>> [is_https_or_loopback(url) for url in ("https://a.example/b", "http://[::1]:80", "http://a.example")]
    [True, True, False]
    """
    return (url.startswith("https:") and _host(url) != "") or is_loopback(url)


def is_loopback(url: str) -> bool:
    """Whether the base URL names this machine, by http or https: localhost or a loopback address."""
    host = _host(url)
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def _host(url: str) -> str:
    """The host in lower case, without brackets; empty where the URL is spelled in a way that is not taken."""
    found = _URL.fullmatch(url)
    if found is None or int(found["port"] or _PORTS[0]) not in _PORTS:
        return ""
    host = found["host"].strip("[]").lower()
    is_numeric = found["host"].startswith("[") or _NUMBER.fullmatch(host)
    return "" if is_numeric and not _is_address(host) else host


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
