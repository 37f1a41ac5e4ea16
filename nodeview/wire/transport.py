"""HTTP to one API server: the only place where bytes go out and come in, over aiohttp and HTTP/1.1.

Importing this module takes some 170 ms, so a screen imports it after its first paint.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from multidict import CIMultiDict
from yarl import URL

from nodeview import __version__
from nodeview.errors import ApiError, Incomplete, NodeviewError, Unauthorized, Unreachable
from nodeview.wire.answers import failure_of, foreign_answer, unheard
from nodeview.wire.connection import Connection

Params = Mapping[str, str]

CONNECT_S = 10.0
SMALL_S = 30.0
"""For an answer that is read whole."""
LARGEST_SMALL = 64 * 1024 * 1024
CONNECTIONS = 64
READ_BYTES = 256 * 1024
FAST_LINK = 30e6
"""Bytes per second on the wire above which compressing costs more time than it saves."""


class Body:
    """The body of one answer, as it arrives. Its reading can be paused; the bytes then wait in the kernel."""

    def __init__(self, response: aiohttp.ClientResponse, server: str) -> None:
        """`server` is named in errors."""
        self._response = response
        self._server = server

    async def read(self) -> bytes:
        """The bytes at hand, or the next ones; empty at the end. Raises `Incomplete` when it is cut off."""
        try:
            return await self._response.content.readany()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Incomplete(f"{self._server} broke off in the middle of its answer{_why(error)}.") from error

    def pause(self) -> None:
        """Take no more bytes from the kernel until `resume`."""
        if (transport := self._socket()) is not None:
            transport.pause_reading()

    def resume(self) -> None:
        """Take bytes again; without a `pause` before, this does nothing."""
        if (transport := self._socket()) is not None:
            transport.resume_reading()

    @property
    def wire_bytes(self) -> int:
        """How many bytes came so far, compressed as they were."""
        return self._response.content.total_raw_bytes

    def _socket(self) -> asyncio.Transport | None:
        connection = self._response.connection
        return connection.transport if connection is not None else None


class Transport:
    """Requests to one API server with its TLS, proxy, credentials and impersonation. Made once per cluster.

    Raises `Unreachable` when no HTTP answer came, `Incomplete` when it broke off, the `ApiError` that fits
    when the server answered with a failure, and `CredentialError` when there are no credentials. After a 401
    the credentials are renewed and the request is made once more.
    """

    def __init__(self, connection: Connection) -> None:
        """Opens nothing; the first request does."""
        self._connection = connection
        self._server = URL(connection.server)
        self._ssl = connection.ssl
        self._certificate: tuple[str, str] | None = None
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self.compress = not _is_loopback(self._server.host or "")
        """Whether lists are asked for compressed: not on loopback, and no more once the link proves fast."""

    @property
    def server(self) -> str:
        """The address, as errors name it."""
        return self._connection.server

    async def get_json(self, path: str, params: Params | None = None) -> Any:
        """GET something small, decoded. Raises `Unreachable` for an answer that is not JSON, too."""
        async with self.stream(path, params or {}, read_timeout=SMALL_S) as body:
            try:
                async with asyncio.timeout(SMALL_S):
                    return msgspec.json.decode(await _whole(body))
            except TimeoutError:
                raise Incomplete(f"{self.server} did not finish its answer within {SMALL_S:g} s.") from None
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise Incomplete(f"{self.server} answered something that is not JSON.") from error

    async def answers(self) -> bool:
        """Whether the API server answers within some seconds, be it with a refusal. Never raises."""
        try:
            async with asyncio.timeout(CONNECT_S), self.stream("/version", {}):
                return True
        except ApiError as error:
            return error.code < 500
        except (NodeviewError, TimeoutError):
            return False

    @asynccontextmanager
    async def stream(
        self, path: str, params: Params, *, read_timeout: float | None = None, compress: bool = False
    ) -> AsyncIterator[Body]:
        """GET a body of any length. `read_timeout` is the longest silence, headers included, in seconds.

        Leaving before the end closes the connection.
        """
        accept = {"Accept-Encoding": "gzip" if compress and self.compress else "identity"}
        response = await self._ask("GET", path, params, accept, read_timeout=read_timeout)
        try:
            if foreign := foreign_answer(response.content_type, self.server):
                raise foreign
            yield Body(response, self.server)
        finally:
            response.close()

    async def request(
        self,
        method: str,
        path: str,
        params: Params | None = None,
        body: bytes | None = None,
        content_type: str = "application/json",
    ) -> tuple[int, bytes]:
        """One small request, repeated after a 401 alone: the code and the body of a success."""
        headers = {"Content-Type": content_type} if body is not None else {}
        response = await self._ask(method, path, params or {}, headers, body, read_timeout=SMALL_S)
        try:
            return response.status, await _whole(Body(response, self.server))
        finally:
            response.close()

    def note_speed(self, wire_bytes: int, seconds: float) -> None:
        """Learn from a page how fast the link is; a fast one is used without compression from then on."""
        if wire_bytes > 1_000_000 and wire_bytes > FAST_LINK * seconds:
            self.compress = False

    async def close(self) -> None:
        """Close all connections, and the credentials. Nothing can be asked afterwards."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self._connection.credentials.close()

    async def _ask(
        self,
        method: str,
        path: str,
        params: Params,
        headers: Mapping[str, str],
        data: bytes | None = None,
        *,
        read_timeout: float | None,
    ) -> aiohttp.ClientResponse:
        """The answer of a request that succeeded, its body unread; with new credentials after one 401."""
        credentials = self._connection.credentials
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=read_timeout)
        for attempt in (1, 2):
            shown = await credentials.headers()
            try:
                response = await self._opened().request(
                    method,
                    self._url(path, params),
                    headers=self._headers(shown, headers),
                    data=data,
                    timeout=timeout,
                    ssl=self._context(),
                    proxy=self._connection.proxy,
                    server_hostname=self._connection.tls_server_name,
                    allow_redirects=method == "GET",
                )
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                raise unheard(error, self.server) from error
            if response.status < 300:
                return response
            failure = await self._failure(response)
            if not (isinstance(failure, Unauthorized) and attempt == 1 and await credentials.refresh(shown)):
                raise failure
        raise failure

    async def _failure(self, response: aiohttp.ClientResponse) -> Exception:
        try:
            async with asyncio.timeout(SMALL_S):
                body = await response.content.read(64 * 1024)
        except (aiohttp.ClientError, TimeoutError, OSError):
            body = b""
        finally:
            response.close()
        return failure_of(response.status, response.headers.get("Retry-After"), body)

    def _url(self, path: str, params: Params) -> URL:
        return URL(self._connection.server + path, encoded=True).with_query(dict(params))

    def _headers(self, shown: Mapping[str, str], more: Mapping[str, str]) -> CIMultiDict[str]:
        headers = CIMultiDict({"Accept": "application/json", **shown, **more})
        for name, value in self._connection.impersonate:
            headers.add(name, value)
        return headers

    def _context(self) -> Any:
        """The ssl context, made anew when an exec plugin gave another certificate."""
        certificate = self._connection.credentials.client_certificate()
        if certificate is not None and certificate is not self._certificate:
            self._ssl = self._connection.renewed().ssl
            self._certificate = certificate
        return self._ssl if self._ssl is not None else True

    def _opened(self) -> aiohttp.ClientSession:
        if self._closed:
            raise Unreachable(f"The connection to {self.server} is closed.")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, socket_factory=_lively_socket),
                headers={"User-Agent": f"nodeview/{__version__}"},
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                read_bufsize=READ_BYTES,
            )
        return self._session


async def _whole(body: Body) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := await body.read():
        parts.append(part)
        if (size := size + len(part)) > LARGEST_SMALL:
            raise Incomplete("An answer is larger than any that was asked for.")
    return b"".join(parts)


def _lively_socket(address: Any) -> socket.socket:
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


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _why(error: BaseException) -> str:
    text = str(error).strip().rstrip(".")
    return f" ({text})" if text and "\n" not in text and len(text) < 200 else ""
