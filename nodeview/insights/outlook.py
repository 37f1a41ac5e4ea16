"""What we work out ourselves of a pod that waits: how near it is to a place, and who could make one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from nodeview.records import Amounts, NodeName
from nodeview.views import Cause

if TYPE_CHECKING:  # the first paint does without scheduling
    from nodeview.scheduling import Reason, Room, Size


class NearMiss(msgspec.Struct, frozen=True):
    """A pool on whose nodes the pod would fit if it asked for so much less."""

    pool: str | None
    missing: Amounts
    """Nano-units."""
    share: float = 0.0
    """How much that is of what it asks for, added up over the resources."""


class Held(msgspec.Struct, frozen=True):
    """A volume of the pod that some nodes cannot mount."""

    claim: str
    where: str
    """`in us-east-1a`, `on node-7`."""
    nodes: int
    """How many can mount it."""


class Maker(msgspec.Struct, frozen=True):
    """A NodePool: what forbids it to make a node for the pod. No reasons: nothing that is known."""

    name: str
    reasons: tuple[Reason, ...]
    unjudged: tuple[str, ...] = ()


class Outlook(msgspec.Struct, frozen=True, eq=False):
    """What speaks for and against a pod of a group, judged by us at `at` (epoch seconds)."""

    at: float
    heard: int
    """What was heard by then: an outlook of another number may be out of date."""
    nodes: int
    fits: int
    """Nodes it would fit on as things stand."""
    fits_on: tuple[NodeName, ...]
    """Some of them."""
    causes: tuple[Cause, ...]
    """As the scheduler counts, with what it leaves out: which taint, which label."""
    near: tuple[NearMiss, ...]
    """The nearest first, one for a pool."""
    nowhere: tuple[str, ...]
    """Resources that no node offers."""
    makers: tuple[Maker, ...]
    coming: tuple[str, ...]
    """Nodes and NodeClaims on their way that will have room for it."""
    unjudged: tuple[str, ...]
    """What the scheduler looks at, and we do not."""
    held: tuple[Held, ...] = ()
    yielding: tuple[NodeName, ...] = ()
    """Where balloons would make room for it, were it not forbidden to push them aside: some of these nodes."""
    but_for_taints: tuple[tuple[str, tuple[NodeName, ...]], ...] = ()
    """Where nothing else is near: taints, and some nodes that it would fit if it tolerated that one."""


class Outlooks(msgspec.Struct, frozen=True, eq=False):
    """What outlooks are worked out from, and when the next one is due."""

    rooms: Mapping[NodeName, Room] = msgspec.field(default_factory=dict)
    stale: frozenset[NodeName] = frozenset()
    """Nodes that differ from their rooms."""
    sizes: tuple[Size, ...] = ()
    sized_at: float = 0.0
    """When sizes were looked at."""
    heard: int = 0
    """Counts the moments at which something differed that outlooks hang on."""
    due: float = 0.0
    """Not before this is another one worked out."""
    next_moment: float | None = None


NO_OUTLOOKS = Outlooks()
