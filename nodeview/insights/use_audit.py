"""Requests far from use: what workloads ask for, beside what their pods really use now."""

from __future__ import annotations

from collections.abc import Generator

import msgspec

from nodeview.records import NANO, OwnerRef
from nodeview.views import ClusterView, owner_of

SLICE = 16
"""Nodes looked at between two yields."""
HALF = 2
"""Requests are far from use where not even this part of them is used, or more than all of them."""
WORTH = {"cpu": NANO, "memory": 2**30 * NANO}
"""And where that makes a core or a GiB in all: less is not worth a look."""


class FarFromUse(msgspec.Struct, frozen=True, eq=False):
    """A workload whose pods use far less of a resource than they request, or more."""

    namespace: str
    owner: OwnerRef
    resource: str
    pods: int
    """Those of which both is known."""
    requested: int
    """Of these pods together, nano-units; at one moment."""
    used: int

    @property
    def apart(self) -> int:
        """How far, nano-units."""
        return abs(self.requested - self.used)


def far_from_use(view: ClusterView) -> Generator[None, None, tuple[FarFromUse, ...]]:
    """The workloads whose running pods use less than half of what they request, or more than it; the farthest first.

    Balloons use nothing on purpose. Yields often.
    """
    sums: dict[tuple[str, OwnerRef, str], list[int]] = {}
    usage = view.usage.pods
    for count, node in enumerate(view.nodes.values(), start=1):
        for pod in node.pods:
            used = usage.get(pod.uid)
            if used is None or pod.owner is None or view.given.is_balloon(pod):
                continue
            owner = owner_of(pod, view.owners) or pod.owner
            for resource in WORTH:
                asked, takes = pod.requests.get(resource, 0), used.of(resource)
                if asked and takes is not None:
                    some = sums.setdefault((pod.namespace, OwnerRef(owner.kind, owner.name), resource), [0, 0, 0])
                    some[0] += 1
                    some[1] += asked
                    some[2] += takes
        if count % SLICE == 0:
            yield
    rows = [FarFromUse(*key, *some) for key, some in sums.items()]
    far = [one for one in rows if one.used > one.requested or one.used * HALF < one.requested]
    worth = [one for one in far if one.apart >= WORTH[one.resource]]
    return tuple(sorted(worth, key=lambda one: (-one.apart / WORTH[one.resource], one.namespace, one.owner.name)))
