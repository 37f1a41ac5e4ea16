"""What a plan has to ask the API server, since no stream tells it: once, when it is made."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping

import msgspec

from nodeview.actions import Mark, Plan, PlanFacts, Refusal, Review, Served
from nodeview.errors import NodeviewError
from nodeview.live.executor_checks import rehearse, review, words_of
from nodeview.live.executor_nodes import NodeWrites
from nodeview.live.executor_writes import Sender
from nodeview.live.journal import Entry
from nodeview.records import NodeName, ObjectKey
from nodeview.wire.transport import Transport
from nodeview.wire.writer import Writer

SLICES = "/apis/discovery.k8s.io/v1/endpointslices"
SERVICE_NAME = "kubernetes.io/service-name"
PAGE = "500"
PATIENCE_S = 10.0
"""So long the server may stumble before it is said that it did not answer."""
READ_ONLY = "nothing is written here, and nothing tried"


class _Meta(msgspec.Struct):
    namespace: str = ""
    name: str = ""
    labels: dict[str, str] | None = None
    token: str = msgspec.field(name="continue", default="")


class _Conditions(msgspec.Struct):
    ready: bool | None = None


class _Endpoint(msgspec.Struct):
    node: str | None = msgspec.field(name="nodeName", default=None)
    conditions: _Conditions = msgspec.field(default_factory=_Conditions)


class _Item(msgspec.Struct):
    metadata: _Meta = msgspec.field(default_factory=_Meta)
    endpoints: list[_Endpoint] | None = None


class _Page(msgspec.Struct):
    metadata: _Meta = msgspec.field(default_factory=_Meta)
    items: list[_Item] | None = None


class _NothingKept:
    """The journal of questions: they write nothing, so nothing is kept."""

    def write(self, entry: Entry) -> None:
        """Never asked."""
        raise AssertionError("a question is no write")


async def ask_facts(
    transport: Transport, plan: Plan, *, read_only: bool = False, now: Callable[[], float] = time.time
) -> PlanFacts:
    """What the server says of this plan: permissions, what it would refuse, and who serves from where. Never raises:
    what is not answered is None, with the reason."""
    writer = Writer(transport)
    sender = Sender(_NothingKept(), asyncio.Event(), now, patience_s=PATIENCE_S)
    nodes = NodeWrites(sender, writer, Mark(plan.id), now)
    why_not: dict[str, str] = {}
    services, reviews = await asyncio.gather(_services(transport, why_not), _reviews(writer, plan, why_not))
    refusals = await _refusals(writer, nodes, plan, reviews, why_not, read_only=read_only)
    return PlanFacts(services, reviews, refusals, why_not)


async def _reviews(writer: Writer, plan: Plan, why_not: dict[str, str]) -> tuple[Review, ...] | None:
    try:
        return await review(writer, plan)
    except NodeviewError as error:
        why_not["reviews"] = words_of(error)
        return None


async def _refusals(
    writer: Writer,
    nodes: NodeWrites,
    plan: Plan,
    reviews: tuple[Review, ...] | None,
    why_not: dict[str, str],
    *,
    read_only: bool,
) -> tuple[Refusal, ...] | None:
    """A dry run of each write, where all of them are permitted: without that it would say the same again."""
    if read_only:
        why_not["refusals"] = READ_ONLY
        return None
    if reviews is not None and any(not one.allowed for one in reviews):
        why_not["refusals"] = "permissions are missing, so nothing was tried"
        return None
    try:
        return await rehearse(writer, nodes, plan, frozenset())
    except NodeviewError as error:
        why_not["refusals"] = words_of(error)
        return None


async def _services(transport: Transport, why_not: dict[str, str]) -> tuple[Served, ...] | None:
    """Where each Service's ready endpoints are; a Service without any is left out."""
    try:
        slices = [item async for item in _items(transport, SLICES)]
    except (NodeviewError, msgspec.DecodeError) as error:
        why_not["services"] = words_of(error) if isinstance(error, NodeviewError) else "it cannot be read"
        return None
    nodes: dict[ObjectKey, list[NodeName | None]] = {}
    for item in slices:
        service = (item.metadata.labels or {}).get(SERVICE_NAME)
        if service:
            nodes.setdefault(ObjectKey(item.metadata.namespace, service), []).extend(_ready(item))
    return tuple(Served(key, tuple(some)) for key, some in sorted(nodes.items()) if some)


async def _items(transport: Transport, path: str) -> AsyncIterator[_Item]:
    params: Mapping[str, str] = {"limit": PAGE}
    while True:
        _, body = await transport.request("GET", path, params)
        page = msgspec.json.decode(body, type=_Page)
        for item in page.items or ():
            yield item
        if not page.metadata.token:
            return
        params = {"limit": PAGE, "continue": page.metadata.token}


def _ready(item: _Item) -> list[NodeName | None]:
    """Nodes of its ready endpoints; what says nothing of readiness is ready, as the API has it."""
    ready = (one for one in item.endpoints or () if one.conditions.ready is not False)
    return [NodeName(one.node) if one.node else None for one in ready]
