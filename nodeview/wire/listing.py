"""All pages of one list, each told while it arrives, and why a list is read again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, Literal, TypeVar

from nodeview.errors import ApiError, Expired, Incomplete, NodeviewError, NotFound
from nodeview.records import Batch, Listing, Record
from nodeview.wire.answers import is_too_large
from nodeview.wire.body import Body, Garbled
from nodeview.wire.followed import Followed
from nodeview.wire.pace import Backoff
from nodeview.wire.page_size import PageSize
from nodeview.wire.splitter import ARRAY_BYTES, Head, ListSplitter

R = TypeVar("R", bound=Record)

GZIP = b"\x1f\x8b"
"""How compressed bytes begin, and no JSON."""
TOO_MUCH_SAID = (500, 504)
"""What a server or a balancer answers that had not the time for so large a page."""


class Relist(Exception):
    """What we know cannot be continued by a watch."""

    def __init__(self, reason: str, scope: Literal["newer", "newer whole", "anew"] = "newer") -> None:
        """How the next listing asks: for at least the version we know; that, without pages; or with no regard
        to it, in a new epoch."""
        super().__init__(reason)
        self.reason = reason
        self.scope = scope


class Lister(Generic[R]):
    """Lists one resource, page after page; one listing after the other is made by the same lister."""

    def __init__(self, followed: Followed[R]) -> None:
        self._followed = followed
        self._number = 0
        self._listing: Listing | None = None
        self._size = PageSize(followed.pace)

    async def run(self, cause: Relist, opened: asyncio.Event) -> None:
        """All pages of one listing. Its watch may start once it is `opened`, which the first head does."""
        one = self._followed
        self._listing = None
        self._number += 1
        one.health.listing()
        backoff = Backoff(one.pace, one.rng)
        first = dict(one.selectors)
        if one.known and cause.scope != "anew":
            first |= {"resourceVersion": one.known, "resourceVersionMatch": "NotOlderThan"}
        new_epoch, asked_newer = cause.scope == "anew" and bool(one.known), "resourceVersion" in first
        params, token, renewed = first, "", False
        self._size.begin()
        while True:
            if cause.scope != "newer whole":
                params = params | {"limit": str(self._size.limit)}
            try:
                token, renewed = (await self._page(params, opened, new_epoch)).token, False
                if not token:
                    break
            except NodeviewError as error:
                if token and not renewed and (fresh := self._fresh_token(error)):
                    token, renewed = fresh, True
                else:
                    await self._page_failed(error, token, asked_newer, backoff)
            params = {**one.selectors, "continue": token} if token else first
        assert self._listing is not None  # no page ends without its head
        one.health.synced(self._listing)
        opened.set()

    async def _page(self, params: dict[str, str], opened: asyncio.Event, new_epoch: bool) -> Head:
        """One page, told while it arrives. Raises `Incomplete` when it takes too long."""
        one = self._followed
        began = one.now()

        def on_head(head: Head) -> None:
            if self._listing is None:
                self._open(head, opened, new_epoch)

        silence, heard = one.pace.list_silence, one.health.heard
        try:
            async with (
                asyncio.timeout(one.pace.page_most),
                one.transport.stream(one.path, params, read_timeout=silence, compress=True) as body,
            ):
                turn = one.transport.turn
                head = await read_page(body, one.read, turn, on_bytes=heard, on_head=on_head, on_batch=self._listed)
                one.transport.note_speed(body.wire_bytes, one.now() - began)
                self._size.read(one.now() - began)
                return head
        except TimeoutError:
            raise Incomplete(f"A page of the list took more than {one.pace.page_most:.0f} s.") from None

    def _open(self, head: Head, opened: asyncio.Event, new_epoch: bool) -> None:
        """The version of a listing is known: say so, and watch from there while its pages come."""
        one = self._followed
        one.versions_compare = head.version.isascii() and head.version.isdecimal()
        one.known = head.version
        self._listing = Listing(self._number, int(head.version) if one.versions_compare else 0, new_epoch)
        one.tell(Batch((), ()), self._listing)
        if one.versions_compare:
            opened.set()

    def _listed(self, batch: Batch[R]) -> None:
        self._followed.tell(batch, self._listing)

    def _fresh_token(self, error: NodeviewError) -> str:
        """The token of a page that is of now and not of the listing's version: it will do where the watch tells
        all that happened in between."""
        return error.token if isinstance(error, Expired) and self._followed.versions_compare else ""

    async def _page_failed(self, error: NodeviewError, token: str, asked_newer: bool, backoff: Backoff) -> None:
        """Wait out the failure of a page, so that it can be asked for again; or give up the whole listing."""
        one = self._followed
        if isinstance(error, Garbled):
            one.transport.note_garbled()
        elif isinstance(error, Incomplete) or (isinstance(error, ApiError) and error.code in TOO_MUCH_SAID):
            self._size.too_much()
        if isinstance(error, Expired) and token:
            raise Relist(error.sentence, "newer whole")
        if asked_newer and not token and (isinstance(error, Expired) or is_too_large(error)):
            raise Relist(error.sentence, "anew")
        if not token and self._listing is not None:
            raise Relist(error.sentence)
        if isinstance(error, NotFound):
            one.served = (one.served + 1) % len(one.resource.versions)
            if one.served:
                return
        await one.health.wait_out(error, backoff)


async def read_page(
    body: Body,
    read: Callable[[bytes], Batch[R]],
    turn: asyncio.Lock,
    *,
    on_bytes: Callable[[], None],
    on_head: Callable[[Head], None],
    on_batch: Callable[[Batch[R]], None],
) -> Head:
    """Read a page to its end, and hand on its head once, then its batches, each as soon as it is known.

    Custom resources come with their head behind the items: their batches wait for it. The loop runs between any two
    batches, whichever pages they are of: only who has the `turn` decodes. Raises `Incomplete` for a body that is broken
    or cut off.
    """
    splitter = ListSplitter(read)
    told = False
    waiting: list[Batch[R]] = []

    def tell(batch: Batch[R] | None) -> None:
        nonlocal told
        if batch is not None:
            waiting.append(batch)
        if splitter.head is not None:
            if not told:
                told = True
                on_head(splitter.head)
            for one in waiting:
                on_batch(one)
            waiting.clear()

    while chunk := await body.read():
        if not told and not waiting and chunk.startswith(GZIP):
            raise Garbled("A list from the API server is compressed and does not say so.")
        on_bytes()
        for start in range(0, len(chunk), ARRAY_BYTES):
            async with turn:
                for batch in splitter.feed(chunk[start : start + ARRAY_BYTES]):
                    tell(batch)
                    await asyncio.sleep(0)
                tell(None)
    tell(splitter.finish())
    assert splitter.head is not None  # or finish() would have raised
    return splitter.head
