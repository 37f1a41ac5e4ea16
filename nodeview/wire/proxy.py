"""Which proxy a server is reached through, decided as Go decides it.

`proxy-url` of the kubeconfig goes first, and `NO_PROXY` does not bear on it. Otherwise `HTTPS_PROXY` or
`HTTP_PROXY`, by the scheme of the server, unless the server is this machine or `NO_PROXY` names it:
`*`, addresses, CIDR blocks, and domains with or without a leading dot, each but the blocks with an
optional port (golang.org/x/net/http/httpproxy).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from nodeview.errors import KubeconfigError

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def proxy_for(server: str, proxy_url: str, environ: Mapping[str, str]) -> str | None:
    """The proxy's URL for a server's URL, None for a direct connection.

    Raises `KubeconfigError` for a proxy that we cannot speak to. The URL may hold a password.
    """
    if proxy_url:
        return _usable(proxy_url, "proxy-url of the kubeconfig")
    parts = urlsplit(server)
    variable = "HTTPS_PROXY" if parts.scheme == "https" else "HTTP_PROXY"
    proxy = _either(environ, variable)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if not proxy or is_direct(parts.hostname or "", port, _either(environ, "NO_PROXY")):
        return None
    return _usable(proxy if "://" in proxy else f"http://{proxy}", variable)


def is_direct(host: str, port: int, no_proxy: str) -> bool:
    """Whether a host (no brackets) and port are to be reached without the proxy of the environment."""
    host = host.lower()
    address = _address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return True
    rules = [rule for part in no_proxy.lower().split(",") if (rule := part.strip())]
    return any(_matches(rule, host, address, port) for rule in rules)


def _matches(rule: str, host: str, address: _Address | None, port: int) -> bool:
    if rule == "*":
        return True
    if "/" in rule:
        return address is not None and _in_block(address, rule)
    name, wanted_port = _split_port(rule)
    if wanted_port not in ("", str(port)):
        return False
    rule_address = _address(name)
    if rule_address is not None or address is not None:
        return rule_address == address
    name = name[1:] if name.startswith("*.") else name
    bare = name.removeprefix(".")
    return bool(bare) and (host.endswith("." + bare) or host == name)


def _split_port(rule: str) -> tuple[str, str]:
    """`[::1]:6443`, `host:6443`, `host` and a bare IPv6 address, as name and port; `[::1]` alone names nothing."""
    if rule.startswith("["):
        name, _, rest = rule[1:].partition("]")
        return (name, rest[1:]) if rest.startswith(":") else (rule, "")
    if rule.count(":") == 1:
        name, _, port = rule.partition(":")
        return name, port
    return rule, ""


def _in_block(address: _Address, block: str) -> bool:
    if not block.rpartition("/")[2].isdecimal():
        return False  # a netmask, which Python would take
    try:
        network = ipaddress.ip_network(block, strict=False)
    except ValueError:
        return False
    if network.version == 6 and address.version == 4:
        address = ipaddress.IPv6Address(f"::ffff:{address}")
    return address in network


def _address(text: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _either(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name) or environ.get(name.lower()) or ""


def _usable(proxy: str, origin: str) -> str:
    """The proxy as given; what is wrong with it is said without quoting it, for it may hold a password."""
    try:
        parts = urlsplit(proxy)
        scheme, host, _ = parts.scheme, parts.hostname, parts.port
    except ValueError:
        scheme, host = "", None
    if scheme.startswith("socks"):
        raise KubeconfigError(
            f"{origin} asks for a {scheme} proxy, which nodeview cannot use.",
            hint="Give an http or https proxy, or forward the API server's port yourself.",
        )
    if scheme not in ("http", "https") or not host:
        raise KubeconfigError(f"{origin} is not the URL of an http or https proxy.")
    return proxy
