"""The choice of a proxy, as Go makes it (the table of x/net/http/httpproxy, and our own rows)."""

from __future__ import annotations

import pytest

from nodeview.errors import KubeconfigError
from nodeview.wire.proxy import is_direct, proxy_for

GO = "example.com, .suffix.com, *.star.com, port.com:8443, 10.1.2.3, 10.2.0.0/16, [fd00::1]:80, fd00::2, fd01::/32"

TABLE = [
    ("localhost", 443, True),
    ("127.0.0.1", 443, True),
    ("127.9.9.9", 443, True),
    ("::1", 443, True),
    ("example.com", 443, True),
    ("EXAMPLE.com", 443, True),
    ("api.example.com", 443, True),
    ("notexample.com", 443, False),
    ("example.com.evil.org", 443, False),
    ("suffix.com", 443, False),
    ("a.suffix.com", 443, True),
    ("star.com", 443, False),
    ("a.star.com", 443, True),
    ("a.b.star.com", 443, True),
    ("port.com", 8443, True),
    ("a.port.com", 8443, True),
    ("port.com", 443, False),
    ("10.1.2.3", 443, True),
    ("::ffff:10.1.2.3", 443, True),
    ("10.1.2.30", 443, False),
    ("10.2.255.1", 6443, True),
    ("10.3.0.1", 6443, False),
    ("fd00::1", 80, True),
    ("fd00::1", 443, False),
    ("fd00::2", 443, True),
    ("fd00:0::0002", 443, True),
    ("fd01:0:5::9", 443, True),
    ("fd02::9", 443, False),
    ("eks.amazonaws.com", 443, False),
]


@pytest.mark.parametrize(("host", "port", "direct"), TABLE)
def test_no_proxy_table(host: str, port: int, direct: bool) -> None:
    assert is_direct(host, port, GO) is direct


@pytest.mark.parametrize(
    ("no_proxy", "direct"),
    [
        ("", False),
        (" , ,", False),
        ("*", True),
        ("other.com,*", True),
        (":443", False),
        (".", False),
        ("*foo.com", False),
        ("10.0.0.0/99", False),
        ("foo.com:", True),
        ("x.foo.com", False),
    ],
)
def test_odd_rules(no_proxy: str, direct: bool) -> None:
    assert is_direct("foo.com", 443, no_proxy) is direct


@pytest.mark.parametrize(
    ("server", "environ", "proxy"),
    [
        ("https://api.shop:6443", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("https://api.shop", {"https_proxy": "http://p:1"}, "http://p:1"),
        ("https://api.shop", {"HTTPS_PROXY": "", "https_proxy": "http://q:1"}, "http://q:1"),
        ("https://api.shop", {"HTTPS_PROXY": "http://p:1", "https_proxy": "http://q:1"}, "http://p:1"),
        ("https://api.shop", {"HTTP_PROXY": "http://p:1", "ALL_PROXY": "http://p:1"}, None),
        ("http://api.shop", {"HTTP_PROXY": "http://p:1"}, "http://p:1"),
        ("http://api.shop", {"HTTPS_PROXY": "http://p:1"}, None),
        ("https://api.shop", {"HTTPS_PROXY": "p:3128"}, "http://p:3128"),
        ("https://api.shop", {"HTTPS_PROXY": "https://p:1"}, "https://p:1"),
        ("https://api.shop:6443", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "api.shop:6443"}, None),
        ("https://api.shop", {"HTTPS_PROXY": "http://p:1", "no_proxy": "api.shop:443"}, None),
        ("https://[fd00::7]:6443", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "fd00::/16"}, None),
        ("https://127.0.0.1:6443", {"HTTPS_PROXY": "http://p:1"}, None),
        ("https://api.shop", {}, None),
    ],
)
def test_the_environment(server: str, environ: dict[str, str], proxy: str | None) -> None:
    assert proxy_for(server, "", environ) == proxy


@pytest.mark.parametrize(
    ("host", "no_proxy", "direct"),
    [
        ("10.0.0.1", "10.0.0.0/255.0.0.0", False),
        ("10.0.0.1", "10.0.0.0/8", True),
        ("10.0.0.1", "10.9.9.9/8", True),
        ("10.0.1.1", "::ffff:10.0.0.0/104", True),
        ("fd00::1", "[fd00::1]", False),
        ("fd00::1", "[fd00::1]:443", True),
        ("fd00::1", "fd00::1", True),
        ("10.0.0.1", ".0.1", False),
        ("10.0.0.1", "010.0.0.1", False),
        ("example.com", "http://example.com", False),
        ("example.com", "example.com.", False),
        ("example.com", "com", True),
        ("example.com", "*", True),
        ("example.com", "*.*", False),
        ("a.localhost", "", False),
    ],
)
def test_what_go_makes_of_odd_addresses(host: str, no_proxy: str, direct: bool) -> None:
    """As Go's own package answers; 60,000 pairs made at random were compared with it."""
    assert is_direct(host, 443, no_proxy) is direct


def test_proxy_url_goes_before_the_environment_and_before_no_proxy() -> None:
    environ = {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}
    assert proxy_for("https://127.0.0.1", "http://mine:3128", environ) == "http://mine:3128"


@pytest.mark.parametrize("proxy", ["socks5://u:hunter2@p:1", "socks5h://u:hunter2@p:1"])
def test_socks_is_refused_in_a_sentence(proxy: str) -> None:
    for from_kubeconfig, environ in [(proxy, {}), ("", {"HTTPS_PROXY": proxy})]:
        with pytest.raises(KubeconfigError, match=r"asks for a socks5h? proxy, which nodeview cannot") as caught:
            proxy_for("https://api.shop", from_kubeconfig, environ)
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("proxy", ["ftp://u:hunter2@p", "http://", "http://u:hunter2@p:port", "hunter2"])
def test_a_proxy_that_is_none_is_refused_without_being_quoted(proxy: str) -> None:
    with pytest.raises(KubeconfigError, match="proxy-url of the kubeconfig is not the URL") as caught:
        proxy_for("https://api.shop", proxy, {})
    assert "hunter2" not in str(caught.value)
