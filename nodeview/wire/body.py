"""The body of one answer, while it arrives."""

from __future__ import annotations

import asyncio

import aiohttp
from aiohttp.http_exceptions import ContentEncodingError

from nodeview.errors import Incomplete

LARGEST_SMALL = 64 * 1024 * 1024


class Garbled(Incomplete):
    """An answer whose compression is not what it is said to be."""


class Body:
    """The body of one answer, as it arrives. Its reading can be paused; the bytes then wait in the kernel."""

    def __init__(self, response: aiohttp.ClientResponse, server: str) -> None:
        """`server` is named in errors."""
        self._response = response
        self._server = server
        self._ended = False

    async def read(self) -> bytes:
        """The bytes at hand, or the next ones; empty at the end. Raises `Incomplete` when it is cut off."""
        try:
            return await self._response.content.readany()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if self._ended:
                return b""
            if isinstance(error.__cause__, ContentEncodingError):
                raise Garbled(f"{self._server} sent an answer that cannot be decompressed.") from error
            raise Incomplete(f"{self._server} broke off in the middle of its answer{_why(error)}.") from error

    def end(self) -> None:
        """Close the connection; whoever reads is told the end."""
        self._ended = True
        self._response.close()

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


async def whole(body: Body) -> bytes:
    """All of a body that is small; raises `Incomplete` for one that is not."""
    parts: list[bytes] = []
    size = 0
    while part := await body.read():
        parts.append(part)
        if (size := size + len(part)) > LARGEST_SMALL:
            raise Incomplete("An answer is larger than any that was asked for.")
    return b"".join(parts)


def _why(error: BaseException) -> str:
    text = str(error).strip().rstrip(".")
    return f" ({text})" if text and "\n" not in text and len(text) < 200 else ""
