"""The one rule of where a secret may be sent, and what the clients really make of each spelling."""

from urllib.parse import urlsplit

import httpx
import pytest
import urllib3.util
from obstore.store import HTTPStore

from tasks.schema.urls import is_https_or_loopback, is_loopback

LOOPBACK = {
    "http://127.0.0.1:9": "127.0.0.1",
    "http://127.8.0.1/a/b": "127.8.0.1",
    "https://LocalHost:8443/": "localhost",
    "http://[::1]:80": "::1",
}
ELSEWHERE = {
    "https://api.x.com": "api.x.com",
    "https://Minio_1.example.org:9000/base/": "minio_1.example.org",
    "https://10.0.0.1": "10.0.0.1",
    "https://[2001:db8::1]:65535": "2001:db8::1",
    "https://127.0.0.1.example.org": "127.0.0.1.example.org",
}
REFUSED = (
    *("http://api.x.com", "http://10.0.0.1", "http://0.0.0.0", "http://[::2]", "http://127.0.0.1.example.org"),
    *("http://HOST\\@127.0.0.1", "http://127.0.0.1\\@HOST", "https://HOST\\@127.0.0.1", "https://HOST\\.example.org"),
    *("http://HOST@127.0.0.1", "https://user:secret@api.x.com", "http://127.0.0.1@HOST", "http://@127.0.0.1"),
    *(
        "http://127.0.0.1 @HOST",
        " https://a.example",
        "https://a.example ",
        "https://a.example\n",
        "https://a\t.example",
    ),
    *("http://127.0.0.1\x00.a.example", "https://a.example\x7f", "http://\u2028127.0.0.1"),
    *(
        "https://",
        "https:///a.example",
        "http:127.0.0.1",
        "http:/127.0.0.1",
        "//127.0.0.1",
        "127.0.0.1",
        "localhost",
        "",
    ),
    *("https://h\u00f6st.example", "http://\u24dbocalhost", "http://127\u30020.0.1", "http://127.0.0.\u0661"),
    *("ftp://127.0.0.1", "HTTP://127.0.0.1", "HTTPS://a.example", "s3://a", "file:///a", "javascript:alert(1)"),
    *(
        "http://127.0.0.1:0",
        "https://a.example:65536",
        "https://a.example:99999",
        "https://a.example:",
        "http://[::1]:+1",
    ),
    *("https://a.example:\u0661", "https://a.example:80:80", "https://a.example:8o"),
    *(
        "http://[::1",
        "http://::1",
        "http://[::1%25lo]",
        "http://[127.0.0.1]",
        "http://[]",
        "http://[::1]a",
        "https://[:]",
    ),
    *("http://localhost.", "http://127.0.0.1.", "https://a.example.", "https://.a.example", "https://a..example"),
    *(
        "http://127.1",
        "http://0x7f.1",
        "http://2130706433",
        "http://0177.0.0.1",
        "https://1.2.3",
        "https://a.example.1",
    ),
    *("https://a.example?x=1", "https://a.example#x", "https://a.example/%2e", "http://127.0.0.1?@HOST"),
    *("https://%6cocalhost", "https://a,b.example", "https://-a.example", "https://a-.example", "https://*"),
)


@pytest.mark.parametrize(("url", "host"), [*LOOPBACK.items(), *ELSEWHERE.items()])
def test_every_client_asks_the_same_host_for_what_is_taken(url: str, host: str) -> None:
    """Requests (urllib3), httpx and obstore read one host out of it, and it is the one that was judged."""
    assert is_https_or_loopback(url)
    assert (url in LOOPBACK) == is_loopback(url)
    by_obstore = str(urlsplit(HTTPStore.from_url(url).url).hostname)
    by_urllib3 = str(urllib3.util.parse_url(url).host).strip("[]")
    assert [host] * 3 == [by_urllib3, httpx.URL(url).host, by_obstore]


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_open_or_odd_is_refused(url: str) -> None:
    """Clear text to another machine, and every spelling that two clients might read in two ways."""
    assert not is_https_or_loopback(url)
    assert not is_loopback(url)


def test_clients_do_read_some_of_these_differently() -> None:
    """Why odd spellings are refused: the host that is judged would not be the one that is asked."""
    odd = "http://HOST\\@127.0.0.1"
    assert ("127.0.0.1", "host") == (urlsplit(odd).hostname, urllib3.util.parse_url(odd).host)
    assert "http://host/@127.0.0.1" == HTTPStore.from_url(odd).url
    assert ("127.1", "http://127.0.0.1/") == (urlsplit("http://127.1").hostname, HTTPStore.from_url("http://127.1").url)
