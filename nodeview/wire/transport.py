"""HTTP to one API server: the only place where bytes go out and come in, over aiohttp and HTTP/1.1.

Importing this module takes some 170 ms, so a screen imports it after its first paint.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from multidict import CIMultiDict
from yarl import URL

from nodeview.errors import ApiError, CredentialError, Incomplete, NodeviewError, Unauthorized, Unreachable
from nodeview.wire.access import Access, Shown
from nodeview.wire.answers import failure_of, foreign_answer, unheard
from nodeview.wire.body import Body, whole
from nodeview.wire.connection import Connection
from nodeview.wire.credentials import CredentialState
from nodeview.wire.redaction import secrets_of, without_known
from nodeview.wire.session import (
    CONNECT_S,
    is_hang_up,
    is_loopback,
    is_tls_failure,
    next_place,
    open_session,
    patience,
    way_through,
)

Params = Mapping[str, str]

SMALL_S = 30.0
"""For an answer that is read whole."""
MOST_REDIRECTS = 5
FAST_LINK, SLOW_LINK = 30e6, 10e6
"""Bytes per second on the wire above which compressing costs more than it saves, and below which it surely pays."""


class Transport:
    """Requests to one API server with its TLS, proxy, credentials and impersonation. Made once per cluster.

    Raises `Unreachable` when no HTTP answer came, `Incomplete` when it broke off, the `ApiError` that fits
    when the server answered with a failure, and `CredentialError` when there are no credentials. After a 401
    the credentials are renewed and the request is made once more.
    """

    def __init__(self, connection: Connection) -> None:
        """Opens nothing; the first request does."""
        self._connection = connection
        self._access = Access(connection)
        self._session: aiohttp.ClientSession | None = None
        self._generation = 0
        self._open: set[Body] = set()
        self._closed = False
        self.turn = asyncio.Lock()
        """Who reads a list decodes while it holds this: many lists at once would hold the loop for all of theirs."""
        self._may_compress = self.compress = not is_loopback(URL(connection.server).host or "")
        """Whether lists are asked for compressed: not on loopback, and not while the link proves fast."""
        self.clock: tuple[str, float] | None = None
        """The Date of the newest answer, as the server wrote it, and our epoch seconds then."""

    @property
    def server(self) -> str:
        """The address, as errors name it."""
        return self._connection.server

    async def get_json(self, path: str, params: Params | None = None) -> Any:
        """GET something small, decoded. Raises `Unreachable` for an answer that is not JSON, too."""
        async with self.stream(path, params or {}, read_timeout=SMALL_S) as body:
            try:
                async with asyncio.timeout(SMALL_S):
                    return msgspec.json.decode(await whole(body))
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
        except CredentialError:
            return True  # whether the server does, nobody can say; what is wrong the streams will
        except (NodeviewError, TimeoutError):
            return False

    def credential_state(self) -> CredentialState:
        """How things stand with the credentials in use."""
        return self._access.state()

    async def renewed(self, within: float) -> None:
        """Wait until there are other credentials than before, for so many seconds at the most."""
        await self._access.renewed(within)

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
            body = Body(response, self.server)
            self._open.add(body)
            try:
                yield body
            finally:
                self._open.discard(body)
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
            return response.status, await whole(Body(response, self.server))
        finally:
            response.close()

    def note_speed(self, wire_bytes: int, seconds: float) -> None:
        """Learn from a page how fast the link is: a fast one is used without compression, a slow one with it again."""
        if wire_bytes > 1_000_000 and wire_bytes > FAST_LINK * seconds:
            self.compress = False
        elif wire_bytes > 1_000_000 and wire_bytes < SLOW_LINK * seconds:
            self.compress = self.compress or self._may_compress

    def note_garbled(self) -> None:
        """Ask for nothing compressed any more: whoever spoils it on the way does so every time."""
        self._may_compress = self.compress = False

    async def close(self) -> None:
        """Close all connections, and the credentials. Nothing can be asked afterwards."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self._access.close()

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
        timeout = patience(read_timeout, self._connection.proxy)
        for attempt in (1, 2):
            shown = await self._access.show()
            session = await self._opened()
            how = way_through(self._connection.proxy, tunnel=shown.ssl is not None)
            said = self._headers(shown.headers, {**headers, **how.pop("headers", {})})
            how |= {"headers": said, "data": data, "timeout": timeout, "ssl": shown.ssl or True}
            try:
                response = await self._send(session, method, self._url(path, params), how)
            except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
                if attempt == 1 and session is not self._session and method == "GET":
                    continue  # it was closed when the client certificate changed
                refused = is_tls_failure(error) or (is_hang_up(error) and self._access.presents)
                if attempt == 1 and refused and await self._access.after_refusal(shown, tls=True):
                    continue
                raise self._unheard(error, shown) from error
            self.clock = response.headers.get("Date", ""), time.time()
            if response.status < 300:
                return response
            failure = await self._failure(response, shown)
            if not (isinstance(failure, Unauthorized) and attempt == 1):
                raise failure
            if not await self._access.after_refusal(shown, tls=False):
                raise failure
        raise AssertionError("the second attempt either returns or raises")

    async def _send(
        self, session: aiohttp.ClientSession, method: str, url: URL, how: dict[str, Any]
    ) -> aiohttp.ClientResponse:
        """The answer, be it a failure; a GET that is sent elsewhere on the same server goes there."""
        for _ in range(1 + MOST_REDIRECTS):
            response = await session.request(
                method,
                url,
                server_hostname=self._connection.tls_server_name,
                allow_redirects=False,
                **how,
            )
            try:
                place = next_place(response, self.server) if method == "GET" else None
            except Unreachable:
                response.close()
                raise
            if place is None:
                return response
            response.close()
            url = place
        raise Unreachable(f"{self.server} sends us round in a circle.")

    def _unheard(self, error: BaseException, shown: Shown) -> Unreachable:
        failure = unheard(error, self.server)
        secrets = secrets_of(shown.headers, self._connection.proxy)
        hint = "It may not accept our client certificate." if is_hang_up(error) and self._access.presents else ""
        return Unreachable(without_known(failure.sentence, secrets), hint=failure.hint or hint)

    async def _failure(self, response: aiohttp.ClientResponse, shown: Shown) -> Exception:
        """What a refusal amounts to; one that quotes our own secrets is told without them."""
        try:
            async with asyncio.timeout(SMALL_S):
                body = await response.content.read(64 * 1024)
        except (aiohttp.ClientError, TimeoutError, OSError):
            body = b""
        finally:
            response.close()
        if secrets := secrets_of(shown.headers, self._connection.proxy):
            body = without_known(body.decode(errors="surrogateescape"), secrets).encode(errors="surrogateescape")
        return failure_of(response.status, response.headers.get("Retry-After"), body)

    def _url(self, path: str, params: Params) -> URL:
        return URL(self._connection.server + path, encoded=True).with_query(dict(params))

    def _headers(self, shown: Mapping[str, str], more: Mapping[str, str]) -> CIMultiDict[str]:
        headers = CIMultiDict({"Accept": "application/json", **shown, **more})
        for name, value in self._connection.impersonate:
            headers.add(name, value)
        return headers

    async def _opened(self) -> aiohttp.ClientSession:
        """The session, another one once the client certificate or the authorities are others: all open watches
        end then, and what is idle is closed."""
        if self._closed:
            raise Unreachable(f"The connection to {self.server} is closed.")
        session, old = self._session, None
        if session is None or self._generation != self._access.generation:
            self._generation = self._access.generation
            session, old = open_session(), session
            self._session = session
        if old is not None:
            for body in list(self._open):
                body.end()
            await old.close()
        return session
