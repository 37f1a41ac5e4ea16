"""The follower that everybody writes first. Every case of the suite must be seen to fail against it.

It lists and watches as a tutorial does: each page whole and by `json.loads`, then the watch line by line; after any
trouble it begins again at once. It never says that anything is old. It stands where the Reflector stands.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from nodeview.records import Change, Deleted, Listing, Resource, ServerVersion, Synced, Upserted
from nodeview.wire.gate import Gate
from nodeview.wire.pace import Pace
from nodeview.wire.transport import Transport

Json = dict[str, Any]


class Naive:
    """Lists, then watches, then begins again, at once and for ever."""

    def __init__(
        self,
        transport: Transport,
        resource: Resource[Any],
        server: ServerVersion,
        emit: Callable[[Change], None],
        gate: Gate,
        *,
        field_selector: str = "",
        label_selector: str = "",
        pace: Pace | None = None,
        wall: Callable[[], float] = time.time,
        rng: random.Random | None = None,
    ) -> None:
        """As a Reflector is made; it heeds neither gate nor pace."""
        self.resource = resource
        self.bookmarks_seen = False
        self.unread = 0
        self.events = 0
        self.relists = 0
        self.last_reason = ""
        self.heard_at: float | None = None
        self._connection = transport._connection
        self._read = resource.reader(server)
        self._emit = emit
        self._number = 0
        self._rows: dict[Any, Any] = {}
        """All it ever heard of and was not told to be deleted: what a list does not show, it never thinks of."""
        self._wall = wall
        asked = {"fieldSelector": field_selector or resource.field_selector, "labelSelector": label_selector}
        self._selectors = {name: text for name, text in asked.items() if text}

    async def run(self) -> None:
        """Until cancelled."""
        shown = dict(await self._connection.credentials.headers())
        self._url = self._connection.server + self.resource.path(self.resource.versions[0])
        secure = aiohttp.TCPConnector(ssl=self._connection.ssl or True)
        async with aiohttp.ClientSession(headers=shown, connector=secure, proxy=self._connection.proxy) as session:
            while True:
                try:
                    version = await self._list(session)
                    while True:
                        version = await self._watch(session, version)
                except Exception:
                    await asyncio.sleep(0.005)

    async def _list(self, session: aiohttp.ClientSession) -> str:
        self._number += 1
        listing = Listing(self._number, 0)
        params, found, version = {**self._selectors, "limit": "500"}, [], ""
        while True:
            async with session.get(self._url, params=params) as response:
                body = json.loads(await response.read())
            found += body["items"]
            version = body["metadata"]["resourceVersion"]
            if not (token := body["metadata"].get("continue")):
                break
            params = {"limit": "500", "continue": token}
        self.heard_at = self._wall()
        self._emit(Upserted(self.resource, (), (), listing))
        self._put(found, listing)
        known = list(self._rows.values())
        self._emit(Upserted(self.resource, known, [0] * len(known), listing))
        self._emit(Synced(self.resource, listing))
        return str(version)

    async def _watch(self, session: aiohttp.ClientSession, version: str) -> str:
        params = {**self._selectors, "watch": "1", "resourceVersion": version, "timeoutSeconds": "300"}
        async with session.get(self._url, params=params) as response:
            while line := await response.content.readline():
                self.heard_at = self._wall()
                event = json.loads(line)
                thing = event["object"]
                if event["type"] == "DELETED":
                    for one in self._read(json.dumps([thing]).encode()).records:
                        self._emit(Deleted(self.resource, one.key, self._rows.pop(one.key, one).uid, 0))
                else:
                    self._put([thing], None)
                version = thing["metadata"]["resourceVersion"]
        return str(version)

    def _put(self, things: list[Json], listing: Listing | None) -> None:
        batch = self._read(json.dumps(things).encode())
        self._rows |= {one.key: one for one in batch.records}
        self._emit(Upserted(self.resource, batch.records, [0] * len(batch.records), listing))
