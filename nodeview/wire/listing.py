"""Reading one page of a list, while it arrives, and why a list is read again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal, TypeVar

from nodeview.records import Batch, Record
from nodeview.wire.splitter import ARRAY_BYTES, Head, ListSplitter
from nodeview.wire.transport import Body

R = TypeVar("R", bound=Record)

FIRST_PAGE = 500
LARGEST_PAGE = 5000


class Relist(Exception):
    """What we know cannot be continued by a watch."""

    def __init__(self, reason: str, scope: Literal["newer", "newer whole", "anew"] = "newer") -> None:
        """How the next listing asks: for at least the version we know; that, without pages; or with no regard
        to it, in a new epoch."""
        super().__init__(reason)
        self.reason = reason
        self.scope = scope


async def read_page(
    body: Body,
    read: Callable[[bytes], Batch[R]],
    *,
    on_bytes: Callable[[], None],
    on_head: Callable[[Head], None],
    on_batch: Callable[[Batch[R]], None],
) -> Head:
    """Read a page to its end, and hand on its head once, then its batches, each as soon as it is known.

    Custom resources come with their head behind the items: their batches wait for it. The loop runs between
    any two batches. Raises `Incomplete` for a body that is broken or cut off.
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
        on_bytes()
        for start in range(0, len(chunk), ARRAY_BYTES):
            for batch in splitter.feed(chunk[start : start + ARRAY_BYTES]):
                tell(batch)
                await asyncio.sleep(0)
            tell(None)
    tell(splitter.finish())
    assert splitter.head is not None  # or finish() would have raised
    return splitter.head
