"""aiohttp sessions as an API server is best spoken to: lively sockets, patience in measure, nothing from outside."""

from __future__ import annotations

import base64
import ipaddress
import socket
import ssl
from typing import Any

import aiohttp
from yarl import URL

from nodeview import __version__
from nodeview.errors import Unreachable

CONNECT_S = 10.0
TUNNEL_S = 20.0
"""For a connection by way of a proxy, which may look up and connect at leisure."""
CONNECTIONS = 64
READ_BYTES = 256 * 1024
REDIRECTS = (301, 302, 303, 307, 308)


def open_session() -> aiohttp.ClientSession:
    """A session that keeps no cookies and reads no environment; it opens nothing yet."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=CONNECTIONS, socket_factory=lively_socket),
        headers={"User-Agent": f"nodeview/{__version__}"},
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        read_bufsize=READ_BYTES,
    )


def patience(read_timeout: float | None, proxy: str | None) -> aiohttp.ClientTimeout:
    """How long to wait for a connection, and for the next bytes; None for any time.

    A proxy that takes a CONNECT and says no more is left after a while as well.
    """
    whole = TUNNEL_S if proxy else CONNECT_S
    return aiohttp.ClientTimeout(total=None, connect=whole, sock_connect=CONNECT_S, sock_read=read_timeout)


def way_through(proxy: str | None, *, tunnel: bool) -> dict[str, Any]:
    """How a request says which proxy to take: without user and password in its URL, which errors would quote.

    They go into a header, in UTF-8 as Go sends them: of the CONNECT, or of the request itself without a `tunnel`.
    """
    if proxy is None:
        return {}
    url = URL(proxy)
    if url.user is None:
        return {"proxy": url}
    pair = base64.b64encode(f"{url.user}:{url.password or ''}".encode()).decode()
    said = {"Proxy-Authorization": f"Basic {pair}"}
    return (
        {"proxy": url.with_user(None), "proxy_headers": said}
        if tunnel
        else {"proxy": url.with_user(None), "headers": said}
    )


def lively_socket(address: Any) -> socket.socket:
    """A socket that notices within some 30 s that its peer is gone, where the system can."""
    family, kind, protocol = address[:3]
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    idle = "TCP_KEEPIDLE" if hasattr(socket, "TCP_KEEPIDLE") else "TCP_KEEPALIVE"
    for name, value in ((idle, 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 30_000)):
        if (option := getattr(socket, name, None)) is not None:
            made.setsockopt(socket.IPPROTO_TCP, option, value)
    return made


def next_place(response: aiohttp.ClientResponse, server: str) -> URL | None:
    """Where an answer sends us, on the same server; None when it does not.

    Raises `Unreachable` for another server, since an API server sends nobody there: it would be given our
    token, whom we act as, and our certificate.
    """
    said = response.headers.get("Location") if response.status in REDIRECTS else None
    if said is None:
        return None
    try:
        place = response.url.join(URL(said))
        same, named = place.origin() == response.url.origin(), str(place.with_user(None).origin())
    except ValueError:
        same, named, place = False, "nowhere", response.url
    if same:
        return place
    raise Unreachable(
        f"{server} sends us on to {named}, where nodeview does not go.",
        hint="Something between here and the API server may ask you to sign in; or the server of the context is wrong.",
    )


def is_tls_failure(error: BaseException | None) -> bool:
    """Whether TLS is what failed, be it after the handshake."""
    while error is not None:
        if isinstance(error, ssl.SSLError | aiohttp.ClientSSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def is_hang_up(error: BaseException) -> bool:
    """Whether the server hung up without an answer: in TLS 1.3 that may be all it says of a client certificate."""
    return isinstance(error, aiohttp.ServerDisconnectedError | ConnectionResetError)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
