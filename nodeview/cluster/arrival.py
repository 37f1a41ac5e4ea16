"""How long a node took from being asked for to its first pod: each step by the clocks of the cluster, never ours."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

import msgspec

from nodeview.records import NodeName


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """One node's way in, epoch seconds; None is what nobody said, or what is not over."""

    claim: str = ""
    """The NodeClaim's name; empty for nodes that have none, or whose claims may not be read."""
    pool: str | None = None
    asked_at: float | None = None
    """When the oldest of its first pods was created, where that was before the claim."""
    claimed_at: float | None = None
    launched_at: float | None = None
    joined_at: float | None = None
    """When the Node was created."""
    registered_at: float | None = None
    ready_at: float | None = None
    """Initialised, as Karpenter has it; without a claim, Ready for the first time."""
    running_at: float | None = None
    """When its first pod ran that is no daemon."""

    @property
    def begun_at(self) -> float | None:
        """What its seconds are counted from: the claim, else the Node."""
        return self.claimed_at if self.claimed_at is not None else self.joined_at

    @property
    def ready_s(self) -> float | None:
        """Seconds until it was ready; None where one end is not known, or the clocks contradict each other."""
        return gap(self.begun_at, self.ready_at)

    @property
    def words(self) -> str:
        """`claimed, launched +3 s, registered +31 s, ready +41 s, first pod +44 s`."""
        first = "claimed" if self.claimed_at is not None else "joined"
        return ", ".join([first, *(f"{step} +{seconds:.0f} s" for step, seconds in self.steps())])

    @property
    def news(self) -> str:
        """The last first: `ready in 41 s (launched +3 s, registered +31 s, first pod +44 s)`; until then, `words`."""
        if self.ready_s is None:
            return self.words
        others = ", ".join(f"{step} +{seconds:.0f} s" for step, seconds in self.steps() if step != "ready")
        return f"ready in {self.ready_s:.0f} s" + (f" ({others})" if others else "")

    def steps(self) -> list[tuple[str, float]]:
        """What happened so many seconds after it began, in order; steps without a known length are left out."""
        said = (
            ("launched", self.launched_at),
            ("registered", self.registered_at),
            ("ready", self.ready_at),
            ("first pod", self.running_at),
        )
        found = ((step, gap(self.begun_at, at)) for step, at in said)
        return [(step, seconds) for step, seconds in found if seconds is not None]

    @property
    def waited_s(self) -> float | None:
        """Seconds from the oldest pod it was made for to the claim."""
        return gap(self.asked_at, self.begun_at)


class Readiness(msgspec.Struct, frozen=True):
    """How long a pool's nodes took to be ready, of those that we know of."""

    count: int
    median_s: float
    worst_s: float


class Failures(msgspec.Struct, frozen=True):
    """Claims of a pool that went away without a node since the last one that got one."""

    count: int
    since: float
    """When the first of them was created, epoch seconds."""
    reason: str = ""
    """What was last said of one; empty where nothing was."""


class Arrivals(msgspec.Struct, frozen=True, eq=False):
    """All that is known of how nodes came."""

    nodes: Mapping[NodeName, Arrival] = {}
    seconds: Mapping[str, tuple[float, ...]] = {}
    """Pool, as its nodes' labels name it → how long each of its last nodes took to be ready, the newest last."""
    failures: Mapping[str, Failures] = {}

    def of(self, node: NodeName) -> Arrival | None:
        """How this node came."""
        return self.nodes.get(node)

    def by_pool(self, *names: str | None) -> Readiness | None:
        """Of the last hundred nodes of each of these pools whose way in is known; None where there is none."""
        seconds = [one for name in dict.fromkeys(names) if name is not None for one in self.seconds.get(name, ())]
        return Readiness(len(seconds), float(median(seconds)), max(seconds)) if seconds else None


def gap(earlier: float | None, later: float | None) -> float | None:
    """Seconds between two moments of different clocks; a negative one is unknown."""
    if earlier is None or later is None or later < earlier:
        return None
    return later - earlier
