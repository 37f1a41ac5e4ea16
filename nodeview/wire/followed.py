"""What the listing and the watch of one resource share: how it is asked for, and how far it is known."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from nodeview.records import Batch, Change, Deleted, Listing, Record, Resource, ServerVersion, Upserted
from nodeview.wire.health import Health
from nodeview.wire.pace import Pace
from nodeview.wire.transport import Transport

R = TypeVar("R", bound=Record)

log = logging.getLogger(__name__)


class Followed(Generic[R]):
    """One resource of one cluster as it is followed."""

    def __init__(
        self,
        transport: Transport,
        resource: Resource[R],
        server: ServerVersion,
        emit: Callable[[Change], None],
        health: Health,
        selectors: dict[str, str],
        pace: Pace,
        rng: random.Random,
    ) -> None:
        """`selectors` go with every request."""
        self.transport = transport
        self.resource = resource
        self.emit = emit
        self.health = health
        self.selectors = selectors
        self.pace = pace
        self.rng = rng
        self.served = 0
        """Which of the resource's versions is asked for: this server has it, as far as we know."""
        self.known = ""
        """The resource version that all we told amounts to; empty before the first listing."""
        self.versions_compare = True
        """Whether resource versions are numbers, so that listing and watch can run at once."""
        self.unread = 0
        """Objects that could not be read; the log says why."""
        self._reader = resource.reader(server)

    @property
    def path(self) -> str:
        """Where it is listed and watched."""
        return self.resource.path(self.resource.versions[self.served])

    def goes_back(self, version: str) -> bool:
        """Whether this version is of before what is known: a replay, or a server restored from a backup."""
        if not (self.versions_compare and version.isascii() and version.isdecimal()):
            return False
        return 0 < int(version) < int(self.known or 0)

    def read(self, array: bytes) -> Batch[R]:
        """Read a JSON array of objects, and count what cannot be read."""
        batch = self._reader(array)
        if batch.unread:
            self.unread += len(batch.unread)
            log.warning("%s", " ".join(batch.unread)[:2000])
        return batch

    def tell(self, batch: Batch[R], listing: Listing | None = None) -> None:
        """These objects exist, by a page of this listing or by the watch."""
        versions = batch.versions if listing is not None else self._versions(batch)
        self.emit(Upserted(self.resource, batch.records, versions, listing))

    def tell_gone(self, batch: Batch[R]) -> None:
        """These objects were deleted."""
        for record, version in zip(batch.records, self._versions(batch), strict=True):
            self.emit(Deleted(self.resource, record.key, record.uid, version))

    def _versions(self, batch: Batch[R]) -> Sequence[int]:
        return batch.versions if self.versions_compare else [0] * len(batch.records)

    @staticmethod
    def now() -> float:
        """The loop's clock."""
        return asyncio.get_running_loop().time()
